"""The environment and the allocator of a scenario, and how runs that differ in them compare."""

from pathlib import Path

import msgspec
import pytest

from latprobe.comparator import (
    Baselines,
    TargetNames,
    compare_sides,
    judge_run,
    observed,
    parse_budget,
)
from latprobe.driver import allocator
from latprobe.errors import RunError, ScenarioError
from latprobe.run.allocator import AllocatorRecord
from latprobe.run.conditions import conditions_of
from latprobe.run.measured import Measured
from latprobe.run.model import RunDocument
from latprobe.scenario import Scenario, load_scenario
from tests.compared import BASE, STAGES, document

MIMALLOC = AllocatorRecord("mimalloc", "/usr/lib/libmimalloc.so.2.0", "5f" * 32)


def loaded(tmp_path: Path, lines: str) -> Scenario:
    path = tmp_path / "scenario.toml"
    target = 'target = { library = "lib.so", name = "it" }'
    path.write_text(f'name = "it"\nfeed = "feed"\n{target}\n{lines}\n', encoding="utf-8")
    return load_scenario(path)


def with_allocator(run: RunDocument, record: AllocatorRecord = MIMALLOC) -> RunDocument:
    return msgspec.structs.replace(run, allocator=record)


def test_a_path_counts_from_the_scenario_s_folder_and_a_name_is_a_name(tmp_path: Path) -> None:
    lines = 'allocator = "lib/liball.so"\n[env]\nMALLOC_PERTURB_ = "85"\nEMPTY = ""'

    found = loaded(tmp_path, lines)

    assert found.allocator == str(tmp_path / "lib" / "liball.so")
    assert found.env == {"MALLOC_PERTURB_": "85", "EMPTY": ""}
    assert loaded(tmp_path, 'allocator = "jemalloc"').allocator == "jemalloc"


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ('[env]\n"" = "1"', "a name is not empty"),
        ('[env]\n"A=B" = "1"', "a name is not empty, and holds no `=`"),
        ('[env]\n"A\\u0000" = "1"', "no NUL"),
        ('[env]\nA = "1\\u00002"', "`env.A` holds a NUL"),
        ("[env]\nA = 1", "Expected `str`, got `int`"),
        ('[env]\nLD_PRELOAD = "lib.so"', "say `allocator` to preload another allocator"),
        ('[env]\nPYTHONPATH = "src"', "say `path` in \\[target\\]"),
        ('[env]\nLATPROBE_PADDING = "x"', "latprobe's own names"),
        ('allocator = "mimaloc"', '"mimalloc", "jemalloc", "tcmalloc" or the path of a library'),
        ('allocator = "./a:b.so"', "no such path holds a blank, a colon"),
    ],
)
def test_what_no_process_can_have_is_refused(tmp_path: Path, lines: str, problem: str) -> None:
    with pytest.raises(ScenarioError, match=problem) as refused:
        loaded(tmp_path, lines)

    assert "scenario.toml" in str(refused.value)


def test_an_allocator_that_is_not_there_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nowhere = allocator._Known(("libnowhere.so.9",), "libjemalloc2")
    monkeypatch.setitem(allocator._KNOWN, "jemalloc", nowhere)
    allocator.find_allocator.cache_clear()

    with pytest.raises(ScenarioError, match=r"jemalloc is not installed .*apt-get install libjem"):
        allocator.find_allocator("jemalloc")
    with pytest.raises(ScenarioError, match="there is no library at"):
        allocator.find_allocator(str(tmp_path / "none.so"))
    no_library = tmp_path / "text.so"
    no_library.write_text("this is not a library")
    with pytest.raises(ScenarioError, match=r"does not stand in for malloc: .*cannot be preloaded"):
        allocator.find_allocator(str(no_library))


def test_runs_of_two_allocators_compare_and_say_that_they_differ() -> None:
    before = document(BASE, "20261119")
    newer = AllocatorRecord("mimalloc", "/usr/lib/libmimalloc.so.2.1", "6a" * 32)

    def notes(one: RunDocument, other: RunDocument) -> tuple[str, ...]:
        comparison = compare_sides(observed(one, "base"), observed(other, "new"))
        assert not comparison.unlike
        return comparison.notes

    assert notes(before, before) == ()
    assert notes(with_allocator(before), with_allocator(before)) == ()
    assert notes(before, with_allocator(before)) == (
        "the sides differ in their allocators: libc's and mimalloc (sha256 5f5f5f5f5f5f): a change "
        "may be the allocator's",
    )
    # The same name, and another file.
    assert "6a6a" in notes(with_allocator(before), with_allocator(before, newer))[0]


def test_runs_of_two_environments_are_unlike() -> None:
    before = document(BASE, "20261119")
    scenario = msgspec.structs.replace(before.scenario, env={"MALLOC_PERTURB_": "85"})
    sides = (
        observed(before, "base"),
        observed(msgspec.structs.replace(before, scenario=scenario), "new"),
    )

    with pytest.raises(RunError, match=r"settings, env: none and .*MALLOC_PERTURB_"):
        compare_sides(*sides)

    changes = compare_sides(*sides, anyway=True).changes
    assert all(it.words.endswith("(unlike settings)") for it in changes)


def test_a_baseline_of_another_allocator_fits_nothing() -> None:
    before, after = document(BASE, "20261119"), with_allocator(document(BASE, "20261120"))
    measured = Measured(after.target.stages, after.spans, after.forks)
    budget = parse_budget(
        "total: cost < 105% of baseline", TargetNames(STAGES, ("add_order", "trade"))
    )

    def judged(known: RunDocument) -> tuple[str, str]:
        baselines = Baselines(conditions_of(after, measured), [observed(known, "baseline")])
        (found,) = judge_run(after.scenario, measured, [budget], baselines)
        return found.verdict, found.reason

    verdict, reason = judged(before)
    assert verdict == "unproven"
    assert "differs in allocators: libc's and mimalloc" in reason
    assert judged(with_allocator(before))[0] == "pass"
