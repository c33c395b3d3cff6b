"""Levels: what a history judges changes by, from the run of a target to the change."""

from fractions import Fraction
from pathlib import Path

import pytest
from msgspec.structs import replace

from latprobe.history.changes import Change, changes_of
from latprobe.history.database import open_history
from latprobe.history.selection import Selection
from latprobe.history.series import load_series
from latprobe.history.sync import sync
from latprobe.run.figures import figures_of
from latprobe.run.measured import Measured
from latprobe.run.model import CostPass, Figure, RunDocument
from latprobe.run.store import read_run
from latprobe.stats import interpolated_quantile_ns
from tests.history import forked, unlevelled, write_all
from tests.integration.conftest import Bench
from tests.runs import Counts, MadeRun

QUIET: Counts = {80: 200, 90: 200, 100: 200, 110: 200, 120: 200}
SLOW: Counts = {2 * value: count for value, count in QUIET.items()}
P50 = Selection(stages=("total",), kind="", figures=("p50",))


def total_of(run: RunDocument) -> Figure:
    return next(it for it in run.figures if it.stage == "total" and it.kind is None)


def changes_in(folder: Path, *runs: RunDocument) -> list[Change]:
    write_all(folder, *runs)
    with open_history(str(folder / "history.sqlite"), make=True) as engine:
        sync(engine, folder)
        return changes_of(load_series(engine, P50))


def test_a_run_has_levels_between_the_least_and_the_most_of_its_forks(bench: Bench) -> None:
    scenario = bench.scenario(bench.feed([b"."] * 2_000))
    scenario.write_text(scenario.read_text().replace("forks = 2", "forks = 3"))
    assert bench.run(scenario).code == 0
    (path,) = (bench.folder / "results" / "runs").glob("*.json")
    run = read_run(path)

    measured = Measured(run.target.stages, run.spans, run.forks)
    for row in ("first", "second", "total"):
        figure = next(it for it in run.figures if it.stage == row and it.kind is None)
        forks = measured.times(row)
        assert len(forks) == 3
        levels = figure.levels or {}
        means = [it.mean_ns for it in forks]
        assert min(means) <= levels["mean_ns"] <= max(means)
        for name, quantile in (("p50_ns", Fraction(1, 2)), ("p99_ns", Fraction(99, 100))):
            own = [interpolated_quantile_ns(it.histogram, quantile) for it in forks]
            assert sorted(own)[1] == levels[name]
    costs = [it.median_chunk_ns for it in measured.costs]
    levels = total_of(run).levels or {}
    assert min(costs) <= levels["cost_ns"] <= max(costs)
    assert levels["throughput_per_s"] == pytest.approx(1e9 / levels["cost_ns"])


def test_stalls_in_a_few_chunks_move_the_cost_and_not_its_level() -> None:
    run = MadeRun(times={"add": {"parse": QUIET, "total": QUIET}}, costs_ns=(80, 82, 90)).document()
    stalled = tuple(
        replace(it, result=replace(it.result, total_ns=1.5 * it.result.total_ns))
        if isinstance(it.result, CostPass)
        else it
        for it in run.forks
    )

    disturbed = replace(run, figures=figures_of(Measured(("parse",), (), stalled)))

    assert (total_of(run).cost_ns, total_of(disturbed).cost_ns) == (84, 126)
    levels = total_of(disturbed).levels or {}
    assert (levels["cost_ns"], levels["throughput_per_s"]) == (82, 1e9 / 82)


def test_a_fork_without_a_message_of_a_kind_is_left_out_of_its_levels() -> None:
    run = forked(0, {100: 10}, {}, {300: 10})

    assert (total_of(run).levels or {})["p50_ns"] == pytest.approx(200)


def test_one_slow_fork_moves_the_figure_and_is_no_change(tmp_path: Path) -> None:
    quiet = [forked(place, QUIET, QUIET, QUIET) for place in range(60)]
    disturbed = [forked(place, QUIET, SLOW, QUIET) for place in range(60, 66)]
    assert (total_of(quiet[0]).p50_ns, total_of(disturbed[0]).p50_ns) == (100, 110)

    by_levels = changes_in(tmp_path / "levels", *quiet, *disturbed)
    by_values = changes_in(tmp_path / "values", *map(unlevelled, [*quiet, *disturbed]))

    assert by_levels == []
    assert [(it.before, it.after) for it in by_values] == [(100, 110)]


def test_a_change_of_less_than_a_nanosecond_is_told_of(tmp_path: Path) -> None:
    before = [forked(place, {9: 900, 10: 100}, {9: 800, 10: 200}) for place in range(60)]
    after = [forked(place, {9: 550, 10: 450}, {9: 560, 10: 440}) for place in range(60, 64)]
    assert total_of(before[0]).p50_ns == total_of(after[0]).p50_ns == 9

    (change,) = changes_in(tmp_path, *before, *after)

    assert change.before == pytest.approx(8.5 + (500 / 900 + 500 / 800) / 2)
    assert change.after == pytest.approx(8.5 + (500 / 550 + 500 / 560) / 2)
    assert change.first_after.id == after[0].id


def test_runs_from_before_there_were_levels_are_judged_by_their_figures(tmp_path: Path) -> None:
    """The day from which on there are levels is no change, though they are not the figures."""
    old = [unlevelled(forked(place, QUIET, SLOW, QUIET)) for place in range(50)]
    new = [forked(place, QUIET, SLOW, QUIET) for place in range(50, 60)]
    assert (total_of(old[0]).p50_ns, (total_of(new[0]).levels or {})["p50_ns"]) == (110, 100)

    assert changes_in(tmp_path / "same", *old, *new) == []
    slower = [replace(it, figures=_slower(it)) for it in new]
    (change,) = changes_in(tmp_path / "slower", *old, *slower)

    assert (change.before, change.after) == (110, 121)
    assert change.first_after.id == slower[0].id


def _slower(run: RunDocument) -> tuple[Figure, ...]:
    return tuple(replace(it, p50_ns=round(1.1 * (it.p50_ns or 0))) for it in run.figures)
