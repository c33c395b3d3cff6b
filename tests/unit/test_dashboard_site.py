"""What the dashboard holds of a history."""

from datetime import timedelta
from pathlib import Path

from latprobe.cli.dashboard.site import site_of
from latprobe.dashboard.model import Site
from latprobe.history.database import open_history
from latprobe.history.sync import sync
from tests.history import START, commit_of, made, write_all

QUIET = [100 + 0.3 * (place * 7 % 11) for place in range(60)]
STEPPED = QUIET + [it * 1.08 for it in QUIET[:5]]


def site(folder: Path, *, runs: int, hours: int) -> Site:
    """The site of the newest runs, so many hours after the first one was measured."""
    with open_history(str(folder / "history.sqlite"), make=True) as engine:
        sync(engine, folder)
        now = START + timedelta(hours=hours)
        return site_of(engine, round(now.timestamp() * 1_000), runs=runs)


def test_what_changed_and_is_red_this_week_is_there_however_few_runs_are_shown(
    tmp_path: Path,
) -> None:
    stepped = (made(*it, scenario="stepped", verdict="fail") for it in enumerate(STEPPED))
    others = (made(place, scenario="busy") for place in range(65, 70))
    write_all(tmp_path, *stepped, *others)

    found = site(tmp_path, runs=5, hours=70)

    assert [it.scenario for it in found.groups] == ["busy", "stepped"]
    (change,) = found.changes
    assert found.runs[change.last_before].commit == commit_of(59)
    assert found.runs[change.first_after].commit == commit_of(60)
    assert found.runs[found.latest[1]].verdict == "fail"
    assert len(found.runs) == 5 + 3


def test_a_change_of_a_former_week_is_told_of_once(tmp_path: Path) -> None:
    write_all(tmp_path, *(made(*it) for it in enumerate(STEPPED)))

    for hours in (70, 1_000):
        (change,) = site(tmp_path, runs=100, hours=hours).changes
        assert change.before < change.after
