"""How many forks and messages each way of driving takes, and what the core is told."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from latprobe.driver.caches import bytes_to_evict
from latprobe.driver.driving import driving_of, pace_of
from latprobe.driver.plan import Step, Volume, plan, volume_of
from latprobe.scenario import Drive


@pytest.mark.parametrize(
    ("drive", "pace"),
    [
        (Drive(), None),
        (Drive("recorded"), {"recorded": {"speed": 1.0}}),
        (Drive("recorded", speed=0.5), {"recorded": {"speed": 0.5}}),
        (Drive("rate", rate="100k/s"), {"rate": {"per_second": 100_000.0}}),
        (Drive("poisson", rate=5), {"poisson": {"per_second": 5, "seed": 1}}),
        (Drive("poisson", rate=5, seed=0), {"poisson": {"per_second": 5, "seed": 0}}),
        (
            Drive("burst", rate="1M/s", on="1ms", off="9ms"),
            {"burst": {"per_second": 1e6, "on_ns": 1e6, "off_ns": 9e6}},
        ),
    ],
)
def test_the_core_is_told_the_plan(drive: Drive, pace: object) -> None:
    told = pace_of(drive)

    assert (None if told is None else json.loads(told)) == pace
    expected = "closed" if pace is None else {"paced": pace}
    assert json.loads(driving_of(drive, "warm", 1_000, 0)) == expected


def test_a_condition_is_made_for_as_many_messages_as_there_is_time_for() -> None:
    drive = Drive(cache="cold", idle="50us")

    def every(condition: str, messages: int) -> int:
        told = json.loads(driving_of(drive, condition, messages, 0))  # type: ignore[arg-type]
        return int(told[condition]["every"])

    assert [every("cold", messages) for messages in (1, 1_000, 1_001, 100_000)] == [1, 1, 2, 100]
    assert [every("idle", messages) for messages in (1, 200_000, 1_000_000)] == [1, 1, 5]


@pytest.mark.parametrize(
    ("drive", "volume"),
    [
        (Drive(), Volume(5_000, 100_000)),
        (Drive("recorded"), Volume(5_000, 45_000)),
        (Drive("rate", rate="1k/s"), Volume(5_000, 10_000)),
        (Drive("poisson", rate=0.01), Volume(5_000, 1)),
        (Drive("burst", rate="1M/s", on="1ms", off="9ms"), Volume(5_000, 1_000_000)),
        (Drive("rate", rate="1k/s", messages=7, warmup=0), Volume(0, 7)),
    ],
)
def test_a_plan_brings_what_comes_in_ten_seconds_or_the_feed_once(
    drive: Drive, volume: Volume
) -> None:
    assert volume_of(drive, 50_000) == volume


def test_conditions_take_turns_with_the_usual_forks() -> None:
    steps = plan(Drive(forks=2, cache="cold", idle="1us"), [(0, 1)], random.Random(1))

    assert (steps[0], steps[-1]) == (Step("digest", 0), Step("allocations", 0))
    for index, turn in enumerate((steps[1:6], steps[6:11])):
        unlaid = sorted((replace(it, layout=None) for it in turn), key=repr)
        assert unlaid == sorted(
            [
                Step("latency", index),
                Step("latency", index, condition="cold"),
                Step("latency", index, condition="idle"),
                Step("span", index, (0, 1)),
                Step("cost", index),
            ],
            key=repr,
        )


def test_order_and_memory_are_by_chance_and_by_the_seed_again() -> None:
    def planned(seed: int) -> list[Step]:
        return plan(Drive(forks=20), [], random.Random(seed))

    assert planned(1) == planned(1)
    assert planned(1) != planned(2)
    first = [steps.collector for steps in planned(1)[1:-1:2]]
    assert set(first) == {"latency", "cost"}
    layouts = [it.layout for it in planned(1)[1:-1]]
    assert len({it.environment_bytes for it in layouts if it is not None}) > 30
    assert len({it.heap_bytes for it in layouts if it is not None}) > 30
    assert all(it is not None and it.heap_bytes % 16 == 0 for it in layouts)


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({}, 64 * 2**20),
        ({"index0": "48K", "index2": "1024K", "index3": "32768K"}, 64 * 2**20),
        ({"index0": "48K", "index1": "4M"}, 8 * 2**20),
        ({"index3": "524288K"}, 512 * 2**20),
        ({"index0": "nonsense", "index1": ""}, 64 * 2**20),
    ],
)
def test_twice_the_largest_cache_is_walked_through(
    tmp_path: Path, sizes: dict[str, str], expected: int
) -> None:
    for name, size in sizes.items():
        folder = tmp_path / "cpu3" / "cache" / name
        folder.mkdir(parents=True)
        (folder / "size").write_text(size + "\n", encoding="ascii")

    assert bytes_to_evict(3, tmp_path) == expected
