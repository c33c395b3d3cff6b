"""What scenarios and budgets say of asyncio targets, and when their messages are due."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import numpy as np
import pytest

from benches.service import cost_of
from benches.service_faults import CASES
from latprobe.comparator import TargetNames, compare_sides, judge, observed, parse_budget
from latprobe.comparator.gather import evidence_of
from latprobe.comparator.observed import gate_budgets
from latprobe.errors import BudgetError, ScenarioError
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.writer import FeedWriter
from latprobe.pipeline.services import due_times, recorded_lags, served_times
from latprobe.run.measured import Measured
from latprobe.run.model import Calibration, ClockReading, Fork, Instrument, RunDocument
from latprobe.run.service import NamedTimes, QueueDepths, ServiceNames, ServicePass
from latprobe.run.times import Depths
from latprobe.scenario import Drive, load_scenario
from tests.runs import MadeRun, _resources, stage_times

NAMES = ServiceNames(("market",), ("orders",), ("sign",))
TARGET = TargetNames((), (), (), (*NAMES.rows, *NAMES.depths))


def load(tmp_path: Path, target: str, drive: str = 'mode = "recorded"', extra: str = "") -> Any:
    path = tmp_path / "it.toml"
    path.write_text(f'name = "it"\nfeed = "f"\n{extra}\n[target]\n{target}\n[drive]\n{drive}\n')
    return load_scenario(path)


def test_modules_are_looked_for_beside_the_scenario(tmp_path: Path) -> None:
    target = load(tmp_path, 'asyncio = "desk.service:create"\npath = ["lib"]').target

    assert target.path == (str(tmp_path / "lib"), str(tmp_path))


@pytest.mark.parametrize(
    ("target", "drive", "problem"),
    [
        ('asyncio = "no colon"', 'mode = "recorded"', "names what makes a service"),
        ('asyncio = "m:f"', "", "driven by a plan"),
        ('asyncio = "m:f"\nlibrary = "l.so"', 'mode = "recorded"', "leave the others out"),
        ('library = "l.so"\nname = "n"\nloop = "uvloop"', "", "for a target of `asyncio`"),
        (
            'asyncio = "m:f"\ntransport = "websocket"',
            'mode = "poisson"\nrate = 10',
            'in mode = "recorded" or "rate"',
        ),
        (
            'asyncio = "m:f"\npayload = "bytes"',
            'mode = "recorded"',
            "`payload` is of no use with an asyncio target",
        ),
        (
            'asyncio = "m:f"',
            'mode = "recorded"\nclock = "counter"',
            "`clock` is of no use with an asyncio target",
        ),
        ('library = "l.so"\nname = "n"\npayload = "bytes"', "", "`payload` is for `python`"),
        ('name = "n"', "", "needs `library` and `name`, or `python`, or `asyncio`"),
    ],
)
def test_what_no_service_can_be_driven_by_is_refused(
    tmp_path: Path, target: str, drive: str, problem: str
) -> None:
    with pytest.raises(ScenarioError, match=problem):
        load(tmp_path, target, drive)


@pytest.mark.parametrize(
    "text",
    [
        "message_to_decision: p99.9 < 1ms",
        "message_to_decision: response p99.9 < 1ms",
        "market wait: p99 < 1ms",
        "market depth: max <= 64",
        "orders hold: mean < 1ms",
        "sign: p50 < 100us",
        "loop lag: p99.9 < 1ms",
        "message lag: p50 < 5ms",
        "errors == 0",
        "superseded < 1%",
    ],
)
def test_budgets_name_what_a_service_has_watched(text: str) -> None:
    assert parse_budget(text, TARGET).text == text
    assert parse_budget(text).text == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("quotes wait: p99 < 1ms", "unknown time `quotes wait`"),
        ("market wiat: p99 < 1ms", "did you mean `wait`"),
        ("total: p99 < 1ms", "unknown time `total`"),
        ("sign: cost < 1ms", "has no `cost`"),
        ("sign: allocations == 0", "has no `allocations`"),
        ("sign: response p99 < 1ms", "response time is that of"),
        ("loop lag: response p99 < 1ms", "has no `response p99`"),
        ("message_to_decision[trade]: p99 < 1ms", "does not tell message kinds apart"),
    ],
)
def test_budgets_on_what_a_service_has_not_are_refused(text: str, problem: str) -> None:
    with pytest.raises(BudgetError, match=problem):
        parse_budget(text, TARGET)


def made_fork(index: int) -> Fork:
    times = stage_times({100_000: 9_990, 400_000: 10})
    response = stage_times({200_000: 9_000, 3_000_000: 1_000})
    depth = Depths(10, 30, 7, stage_times({3: 9, 7: 1}).histogram)
    result = ServicePass(
        "asyncio",
        "call",
        10_000,
        10_000,
        10,
        (
            NamedTimes("message_to_decision", times, response),
            NamedTimes("loop lag", stage_times({50_000: 10_000})),
        ),
        (QueueDepths("market", depth),),
        superseded=5,
        errors={"KeyError": 1},
    )
    instrument = Instrument(
        ClockReading("made up", 1e9, 1.0, 50.0), Calibration(0.0, 50.0, 1.0, 0.0)
    )
    return Fork("service", index, 1, _resources(), instrument, result)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("message_to_decision: p99 < 1ms", "pass"),
        ("message_to_decision: response p99 < 1ms", "fail"),
        ("message_to_decision: response p50 < 1ms", "pass"),
        ("loop lag: p99.9 < 1ms", "pass"),
        ("market depth: max <= 7", "pass"),
        ("market depth: max < 7", "fail"),
        ("superseded <= 10", "pass"),
        ("dropped == 0", "pass"),
        ("errors == 0", "fail"),
        ("sign: p50 < 1ms", "unproven"),
    ],
)
def test_a_service_is_judged_by_what_its_forks_noted(text: str, verdict: str) -> None:
    measured = Measured((), (), (made_fork(0), made_fork(1)))
    budget = parse_budget(text, TARGET)

    assert judge(budget, evidence_of(measured, budget.scope)).verdict == verdict


def made_run(*budgets: str) -> RunDocument:
    run = MadeRun().document()
    return msgspec.structs.replace(
        run,
        target=msgspec.structs.replace(run.target, stages=(), kinds=(), service=NAMES),
        scenario=msgspec.structs.replace(run.scenario, budgets=budgets),
        forks=(made_fork(0), made_fork(1)),
        spans=(),
    )


def test_two_runs_of_a_service_are_held_against_each_other_by_its_own_rows_and_depths() -> None:
    sides = [
        observed(made_run("loop lag: p99.9 < 1ms", "market depth: p75 < 7"), it)
        for it in ("base", "new")
    ]

    changes = {it.name: it for it in compare_sides(*sides).changes}

    assert changes["market depth: p75"].budgets == ("< 7",)
    assert changes["market depth: mean"].before == 3
    assert changes["message_to_decision: p99"].key
    assert changes["message_to_decision: response p99"].key
    assert not changes["loop lag: p50"].key


def test_a_gate_of_a_service_names_what_it_has_watched() -> None:
    (budget,) = gate_budgets(made_run(), ["market wait: p99"])

    assert str(budget.scope) == "market wait"
    with pytest.raises(BudgetError, match="unknown time `sell"):
        gate_budgets(made_run(), ["sell wait: p99"])


def made_feed(tmp_path: Path, times: list[int]) -> Feed:
    path = tmp_path / "feed.arrow"
    with FeedWriter(path, protocol="json", source="made by a test", importer="test 1") as it:
        for recv_ns in times:
            it.append(recv_ns, "test", b'{"E":%d}' % (recv_ns // 1_000_000))
    return open_feed(path)


SINCE = 1_700_000_000_000_000_000


def test_a_recording_keeps_its_gaps_at_any_speed_and_starts_anew(tmp_path: Path) -> None:
    feed = made_feed(tmp_path, [SINCE, SINCE + 100, SINCE + 400])

    due = due_times(Drive(mode="recorded", speed=2.0), feed, 5)

    # As of native targets: the first of the next round is due with the last of this one.
    assert due.tolist() == [0, 50, 200, 200, 250]
    assert served_times(Drive(mode="recorded", speed=2.0), feed, 5).tolist() == [
        *(0, 50, 200),
        *(300, 350),
    ]


def test_the_other_plans_are_those_of_their_rates() -> None:
    none = cast("Feed", SimpleNamespace())

    even = due_times(Drive(mode="rate", rate="1k/s"), none, 3)
    burst = due_times(Drive(mode="burst", rate="1k/s", on="2ms", off="8ms"), none, 5)
    chance = due_times(Drive(mode="poisson", rate="1k/s"), none, 10_000)

    assert even.tolist() == [0, 1_000_000, 2_000_000]
    assert burst.tolist() == [0, 1_000_000, 10_000_000, 11_000_000, 20_000_000]
    assert float(np.diff(chance).mean()) == pytest.approx(1e6, rel=0.05)
    assert chance.tolist() == due_times(Drive(mode="poisson", rate=1_000.0), none, 10_000).tolist()


def test_recorded_lags_are_of_the_event_times_in_the_messages(tmp_path: Path) -> None:
    feed = made_feed(tmp_path, [SINCE + 300_000, SINCE + 1_200_000])

    lags = recorded_lags(feed, 2)

    assert lags is not None
    assert lags.tolist() == [300_000, 200_000]


def test_a_fault_is_told_from_noise_by_the_turns() -> None:
    clear = cost_of(CASES[0], [20.0, 22.0, 18.0], [10.0, 11.0, 9.0])
    noise = cost_of(CASES[0], [10.0, 20.0], [20.0, 10.0])

    assert clear.improvement == pytest.approx(2.0)
    assert clear.is_visible
    assert noise.improvement == pytest.approx(1.0)
    assert not noise.is_visible
