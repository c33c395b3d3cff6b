"""`latprobe audit` on targets that ask for a known amount at known lines."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.audits import audit, counted, line_of, warnings, word_of
from tests.integration.compiler import CALL_SITES, compile_target
from tests.integration.conftest import Bench

LINES = ("-g", "-fno-optimize-sibling-calls")
"""A call in the place of a return leaves no frame behind: its line would be the caller's."""


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("asking") / "libasking.so"
    return compile_target(CALL_SITES, out, extra=LINES)


def site(outcome: Any, word: str) -> dict[str, Any]:
    return next(it for it in outcome.json["sites"] if word_of(it) == word)


def test_each_line_is_named_with_its_exact_counts(bench: Bench, asking: Path) -> None:
    found = audit(bench, asking, "dgkk")

    assert found.code == 0, found.err
    assert counted(found, "allocations") == {
        "inlined": 250,
        "strdup": 250,
        "grow": 250,
        "kept": 500,
    }
    assert counted(found, "reallocations") == {"grow": 500}
    assert counted(found, "frees") == {
        "free-copy": 250,
        "free-block": 250,
        "free-grown": 250,
        "free-kept": 250,
    }
    assert counted(found, "bytes") == {
        "inlined": 250 * 24,
        "strdup": 250 * 8,
        "grow": 250 * (16 + 32 + 64),
        "kept": 500 * 33,
    }
    assert not warnings(found), found.json["warnings"]


def test_sites_add_up_to_what_the_counting_pass_counts(bench: Bench, asking: Path) -> None:
    found = audit(bench, asking, "dgkkz.lsdgk")

    calls = ("allocations", "frees", "reallocations", "bytes")
    passes = {fork["collector"]: fork["result"] for fork in bench.document["forks"]}
    counting, sites = passes["allocations"], passes["callsites"]["sites"]
    for kind in counting["kinds"]:
        of_kind = [it for it in sites if it["kind"] == kind["kind"]]
        for name in calls:
            assert sum(it["counts"][name] for it in of_kind) == kind["total"]["sum"][name]
            for stage, tally in zip(("first", "second"), kind["stages"], strict=True):
                in_stage = [it["counts"][name] for it in of_kind if it["stage"] == stage]
                assert sum(in_stage) == tally["sum"][name], (kind["kind"], stage, name)
    assert all(stack["complete"] for stack in passes["callsites"]["stacks"])
    assert not warnings(found)


def test_a_site_knows_its_stage_kind_sizes_and_lifetime(bench: Bench, asking: Path) -> None:
    found = audit(bench, asking, "dgkz")

    grow, kept, late = (site(found, word) for word in ("grow", "kept", "inlined"))
    assert (grow["stage"], kept["stage"]) == ("first", "second")
    assert grow["kinds"] == ["asking"]
    assert (grow["counts"]["least_bytes"], grow["counts"]["most_bytes"]) == (16, 64)
    assert grow["counts"]["freed_within"] == 250, "followed through its resizes"
    assert kept["counts"]["freed_within"] == 0
    stages = {it["stage"] for it in found.json["sites"] if word_of(it) == "inlined"}
    assert stages == {"first", None}, "what comes after the last mark is in no stage"
    assert late["file"] == str(CALL_SITES)
    assert late["line"] == line_of("inlined")


def test_libraries_are_folded_to_the_line_that_called_them(bench: Bench, asking: Path) -> None:
    found = audit(bench, asking, "d")

    copied = site(found, "strdup")
    assert copied["function"] == "of_variable_size"
    assert "strdup" in copied["calls"][0]


def test_locks_and_system_calls_are_columns_of_their_own(bench: Bench, asking: Path) -> None:
    found = audit(bench, asking, "ls")

    assert counted(found, "locks") == {"mutex": 500, "rwlock": 500}
    if found.json["system_calls_unsupported"]:
        pytest.skip(found.json["system_calls_unsupported"])
    assert counted(found, "system_calls") == {
        "write": 500,
        "getppid": 500,
        "getppid-again": 500,
    }


def test_a_message_that_starts_a_thread_goes_on_and_is_said_to_be_half_seen(
    bench: Bench, asking: Path
) -> None:
    found = audit(bench, asking, "t.")

    assert found.code == 0, found.err
    if found.json["system_calls_unsupported"]:
        pytest.skip(found.json["system_calls_unsupported"])
    assert counted(found, "system_calls")["thread"] >= 500
    problems = [it["problem"] for it in warnings(found)]
    assert any("500 messages made system calls that may not" in it for it in problems), problems


def test_a_broken_budget_of_zero_is_critical_at_its_lines_alone(bench: Bench, asking: Path) -> None:
    budgets = ("first: allocations == 0", "total: frees <= 0", "second: allocations < 5")
    found = audit(bench, asking, "dkk", *budgets)

    assert found.code == 1
    critical = {word_of(it): it["critical"] for it in found.json["sites"]}
    assert critical == {
        "inlined": ["first: allocations == 0"],
        "strdup": ["first: allocations == 0"],
        "kept": [],
        "free-copy": ["total: frees <= 0"],
        "free-block": ["total: frees <= 0"],
        "free-kept": ["total: frees <= 0"],
    }
    verdicts = {it["budget"]: it["verdict"] for it in found.json["verdicts"]}
    assert verdicts == dict(zip(budgets, ("fail", "fail", "pass"), strict=True))


def test_budgets_on_times_are_left_to_a_run(bench: Bench, asking: Path) -> None:
    found = audit(bench, asking, ".", "total: p99 < 1ns", "total: allocations == 0")

    assert found.code == 0
    assert [it["budget"] for it in found.json["verdicts"]] == ["total: allocations == 0"]
    assert found.json["sites"] == []


def test_own_folders_decide_what_is_the_target_s(
    bench: Bench, asking: Path, tmp_path: Path
) -> None:
    named = audit(bench, asking, "d", own=str(CALL_SITES.parent))
    elsewhere = audit(bench, asking, "d", own=str(tmp_path))

    assert counted(named, "allocations") == {"inlined": 1000, "strdup": 1000}
    assert site(elsewhere, "inlined"), "without any of its own, the innermost of the library"


@pytest.mark.parametrize("extra", ["-s", "-Wl,--strip-debug"])
def test_a_target_without_lines_gets_places_and_advice(
    bench: Bench, tmp_path: Path, extra: str
) -> None:
    library = compile_target(CALL_SITES, tmp_path / "libasking.so", extra=[extra])
    found = audit(bench, library, "d", "total: allocations == 0")

    assert found.code == 1
    assert {Path(it["module"]).name for it in found.json["sites"]} == {"libasking.so"}
    assert all(it["address"] for it in found.json["sites"])
    assert sum(it["counts"]["allocations"] for it in found.json["sites"]) == 2000
    (advice,) = (it["advice"] for it in warnings(found))
    assert "line-tables-only" in advice
    assert "-g" in advice


def test_code_without_unwind_tables_is_walked_by_its_frame_pointers(
    bench: Bench, tmp_path: Path
) -> None:
    flags = [*LINES, "-fno-asynchronous-unwind-tables", "-fno-unwind-tables"]
    flags.append("-fno-omit-frame-pointer")
    library = compile_target(CALL_SITES, tmp_path / "libasking.so", extra=flags)
    found = audit(bench, library, "dg")

    assert counted(found, "allocations") == {"inlined": 500, "strdup": 500, "grow": 500}


def test_a_stack_of_the_target_s_own_is_counted_and_said_to_be_cut(
    bench: Bench, tmp_path: Path
) -> None:
    library = compile_target(CALL_SITES, tmp_path / "libasking.so", "FIBER", extra=LINES)
    found = audit(bench, library, "g")

    assert counted(found, "allocations") == {"grow": 1000}
    assert any("does not reach the driver" in it["problem"] for it in found.json["warnings"])


def test_a_message_with_too_many_calls_is_counted_to_the_end(bench: Bench, asking: Path) -> None:
    feed = bench.feed([b"m"])
    text = bench.scenario(feed, target="asking", library=asking).read_text()
    few = bench.folder / "few.toml"
    few.write_text(text.replace("messages = 1000", "messages = 2"))
    found = bench.latprobe("audit", few, "--json")

    placed = sum(it["counts"]["allocations"] for it in found.json["sites"])
    assert placed == 2 * 2**16 / 2
    (unplaced,) = (it["problem"] for it in warnings(found))
    assert f"{2 * (140_000 - 2**16):,} calls have no place" in unplaced
