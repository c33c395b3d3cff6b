"""Simulated events: exact, of each stage and kind, and the same each time."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.integration.compiler import compile_target
from tests.integration.conftest import Bench

COUNTED = Path(__file__).parent / "targets" / "counted.c"

pytestmark = pytest.mark.skipif(
    shutil.which("valgrind") is None, reason="valgrind is not installed"
)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_target(COUNTED, tmp_path_factory.mktemp("counted") / "libcounted.so")


def simulated(bench: Bench, library: Path, *messages: bytes, extra: str = "") -> dict[str, Any]:
    """What was simulated of 1,000 messages that the feed's repeat in turns."""
    extra = extra or "simulate = true"
    path = bench.scenario(bench.feed(messages), target="counted", library=library, extra=extra)
    assert bench.run(path).code == 0
    document = bench.documents[-1]
    assert document["unsupported"] == []
    return next(it["result"] for it in document["forks"] if it["collector"] == "simulation")


def each(sums: Mapping[str, Any], event: str = "instructions") -> float:
    return float(sums["events"][event] / sums["messages"])


def test_stages_and_kinds_have_the_instructions_that_they_are_written_with(
    bench: Bench, counted: Path
) -> None:
    """Beside the known ones there are the few of a mark that nobody listens to."""
    found = {it["kind"]: it for it in simulated(bench, counted, b"short", b"long", b"e")["kinds"]}

    assert {it["total"]["messages"] for it in found.values()} == {333, 334}
    first, second = found["long"]["stages"]
    assert 20 <= each(first) <= 40
    assert 104 <= each(second) <= 108, "a mark is two tests of bits and two jumps"
    assert found["short"]["stages"][1]["messages"] == 0
    assert set(found["short"]["stages"][1]["events"].values()) == {0}
    between = each(found["long"]["total"]) - each(first) - each(second)
    assert 300 <= between <= 320
    assert each(found[None]["total"]) < 30


def test_a_longer_stage_is_longer_by_exactly_what_it_does_more(bench: Bench, counted: Path) -> None:
    longer = compile_target(COUNTED, bench.folder / "liblonger.so", "FIRST=70")
    kinds = [simulated(bench, it, b"short", b"long")["kinds"] for it in (counted, longer)]

    for short, long in zip(*kinds, strict=True):
        assert each(long["total"]) == each(short["total"]) + 50
        assert each(long["stages"][0]) == each(short["stages"][0]) + 50
        unchanged = [it["stages"][1]["events"]["instructions"] for it in (short, long)]
        assert unchanged[0] == unchanged[1]


def test_two_runs_give_the_same_to_the_instruction(bench: Bench, counted: Path) -> None:
    first = simulated(bench, counted, b"short", b"long")
    second = simulated(bench, counted, b"short", b"long")

    assert first["kinds"] == second["kinds"]


@pytest.mark.parametrize(("touched_at", "misses"), [(1_500, 0), (500, 64)])
def test_only_the_last_messages_of_the_warm_up_are_simulated(
    bench: Bench, counted: Path, touched_at: int, misses: int
) -> None:
    """What a message that was simulated has touched is in a cache when the last one touches it."""
    messages = [b"short"] * 6_001
    messages[touched_at] = messages[-1] = b"t"
    path = bench.scenario(bench.feed(messages), target="counted", library=counted)
    text = path.read_text().replace("warmup = 0, messages = 1000", "warmup = 6000, messages = 1")
    path.write_text(text + "simulate = true")

    assert bench.run(path).code == 0
    (found,) = [it for it in bench.document["forks"] if it["collector"] == "simulation"]
    assert (found["result"]["warmup"], found["result"]["simulated_warmup"]) == (6_000, 5_000)
    (short,) = found["result"]["kinds"]
    assert misses <= short["total"]["events"]["LLC-misses"] <= misses + 8


def test_caches_are_those_that_the_scenario_names(bench: Bench, counted: Path) -> None:
    extra = '[simulate]\ncpu = "epyc-9005"\nlast_level_cache = "8MiB,16"\nmessages = 100'
    result = simulated(bench, counted, b"short", extra=extra)

    assert result["messages"] == 100
    assert result["caches"] == {
        "source": "epyc-9005 and the scenario",
        "instructions": {"size_bytes": 32 << 10, "ways": 8, "line_bytes": 64},
        "data": {"size_bytes": 48 << 10, "ways": 12, "line_bytes": 64},
        "last_level": {"size_bytes": 8 << 20, "ways": 16, "line_bytes": 64},
    }


def test_budgets_on_what_is_simulated_are_exact_and_say_so(bench: Bench, counted: Path) -> None:
    budgets = ("second[long]: instructions < 120", "total: L1d-misses > 5", "total: IPC > 2")
    path = bench.scenario(
        bench.feed([b"short", b"long"]),
        *budgets,
        target="counted",
        library=counted,
        extra="simulate = { messages = 200 }\ncounters = false",
    )

    outcome = bench.run(path)

    assert outcome.code == 1
    instructions, misses, ratio = bench.document["verdicts"]
    assert instructions["verdict"] == "pass"
    assert instructions["simulated"]
    assert "exact (simulated)" in instructions["reason"]
    assert misses["verdict"] == "fail"
    assert ratio["verdict"] == "unproven"
    assert "exact (simulated)" in outcome.out


def test_instructions_that_valgrind_does_not_know_are_told_with_advice(
    bench: Bench, counted: Path
) -> None:
    path = bench.scenario(
        bench.feed([b"5"]),
        "total: instructions < 1000",
        target="counted",
        library=counted,
        extra="simulate = true\ncounters = false",
    )

    outcome = bench.run(path)

    assert outcome.code == 3
    (unsupported,) = bench.document["unsupported"]
    assert "AVX-512" in unsupported["reason"]
    assert "x86-64-v3" in unsupported["remedy"]
    assert "AVX-512" in bench.document["verdicts"][0]["reason"]


def test_a_target_that_does_otherwise_when_simulated_is_told(bench: Bench) -> None:
    library = compile_target(COUNTED, bench.folder / "libunsteady.so", "UNSTEADY")
    path = bench.scenario(
        bench.feed([b"short"]), target="counted", library=library, extra="simulate = true"
    )

    assert bench.run(path).code == 0
    (unsupported,) = bench.document["unsupported"]
    assert "did otherwise with message" in unsupported["reason"]
