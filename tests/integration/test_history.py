"""Histories, in SQLite and in PostgreSQL alike."""

import contextlib
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy
from msgspec.structs import replace

from latprobe.errors import HistoryError
from latprobe.history.changes import changes_of
from latprobe.history.database import open_history
from latprobe.history.news import news
from latprobe.history.run_row import list_runs
from latprobe.history.selection import Selection
from latprobe.history.series import load_recent, load_series
from latprobe.history.sync import Synced, sync
from latprobe.history.tables import ABOUT, METADATA
from latprobe.history.thin import thin
from latprobe.run.store import read_run, write_run_as
from tests.history import START, commit_of, forked, made, paired, served, unlevelled, write_all
from tests.made_audits import audit_of
from tests.postgresql import postgresql_server
from tests.runs import platform

_NOBODY = 65_534
NOW_MS = round(START.timestamp() * 1_000) + 80 * 3_600_000
TOTAL = Selection(stages=("total",))
TOTAL_MEAN = Selection(stages=("total",), figures=("mean",))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(tmp_path / "history.sqlite")
        return
    url = request.getfixturevalue("server")
    yield url
    engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    METADATA.drop_all(engine)
    engine.dispose()


def synced(database: str, folder: Path) -> Synced:
    with open_history(database, make=True) as engine:
        return sync(engine, folder)


def test_runs_are_added_once(database: str, tmp_path: Path) -> None:
    folder = write_all(tmp_path / "runs", *map(made, range(3)))

    assert synced(database, folder) == Synced(files=3, read=3, added=3, known=0, others=0)
    assert synced(database, folder) == Synced(files=3, read=0, added=0, known=0, others=0)

    write_all(folder, made(3))
    assert synced(database, folder) == Synced(files=4, read=1, added=1, known=0, others=0)


def test_a_copy_of_a_run_is_the_same_run(database: str, tmp_path: Path) -> None:
    synced(database, write_all(tmp_path / "here", made(0)))

    copied = synced(database, write_all(tmp_path / "there", made(0), made(1)))

    assert (copied.added, copied.known) == (1, 1)


def test_runs_are_listed_with_their_origin(database: str, tmp_path: Path) -> None:
    synced(
        database,
        write_all(
            tmp_path / "runs",
            made(0, host="one", verdict="pass"),
            made(1, branch="topic", verdict="fail"),
            made(2, branch=None, commit=""),
        ),
    )

    with open_history(database) as engine:
        newest, topic, first = list_runs(engine, Selection(), None)
        by_branch = list_runs(engine, Selection(branch="topic"), None)
        by_commit = list_runs(engine, Selection(commit="001f"), None)

    assert (newest.commit, newest.branch, newest.verdict) == ("", "", "none")
    assert (topic.branch, topic.verdict, topic.commit) == ("topic", "fail", commit_of(1))
    assert (first.host, first.verdict, first.started) == ("one", "pass", "2026-11-20 10:00:00")
    assert (first.feed_sha256, first.target_sha256) == ("5f" * 32, "ab" * 32)
    assert "Ryzen 9" in first.machine_class
    assert by_branch == by_commit == [topic]


def test_a_series_is_of_one_branch_in_the_order_of_time(database: str, tmp_path: Path) -> None:
    runs = [made(2, 130), made(0, 110), made(3, 500, branch="topic"), made(1, 120)]
    for number, run in enumerate(runs):
        synced(database, write_all(tmp_path / str(number), run))

    with open_history(database) as engine:
        main, topic = load_series(engine, TOTAL_MEAN)

    assert (main.name.branch, main.values) == ("main", (110, 120, 130))
    assert (topic.name.branch, topic.values) == ("topic", (500,))
    assert main.name.unit == "ns"


def test_a_series_has_the_levels_of_the_runs_that_have_any(database: str, tmp_path: Path) -> None:
    old, new = unlevelled(forked(0, {9: 3, 10: 1})), forked(1, {9: 3, 10: 1}, {11: 4})
    synced(database, write_all(tmp_path, old, new))

    with open_history(database) as engine:
        (p50,) = load_series(engine, Selection(stages=("total",), kind="", figures=("p50",)))
        (most,) = load_series(engine, Selection(stages=("total",), kind="", figures=("max",)))

    assert p50.values == (9, 10)
    assert p50.levels[0] is None
    assert p50.levels[1] == pytest.approx((8.5 + 2 / 3 + 11) / 2)
    assert (most.values, most.levels) == ((10, 11), (None, None))


def test_a_change_names_the_commits_it_lies_between(database: str, tmp_path: Path) -> None:
    quiet = [100 + 0.3 * (place * 7 % 11) for place in range(60)]
    means = quiet + [it * 1.08 for it in quiet[:5]]
    synced(database, write_all(tmp_path, *(made(*it) for it in enumerate(means))))

    with open_history(database) as engine:
        (change,) = changes_of(load_series(engine, TOTAL_MEAN))
        found = news(engine, NOW_MS)

    assert change.last_before.commit == commit_of(59)
    assert change.first_after.commit == commit_of(60)
    assert change.found.commit == commit_of(62)
    assert change.ratio == pytest.approx(1.08, abs=0.02)
    assert not change.better
    assert change in found.changes


def test_changes_since_a_time_are_judged_by_the_runs_before_it(
    database: str, tmp_path: Path
) -> None:
    quiet = [100 + 0.3 * (place * 7 % 11) for place in range(60)]
    means = quiet + [it * 1.08 for it in quiet[:5]]
    synced(database, write_all(tmp_path, *(made(*it) for it in enumerate(means))))
    since_ms = round(START.timestamp() * 1_000) + 55 * 3_600_000

    with open_history(database) as engine:
        wanted = Selection(since_ms=since_ms, figures=("mean",), stages=("total",))
        series = load_recent(engine, wanted, lead=70)

    assert len(changes_of(series, since_ms=since_ms)) == 1
    assert changes_of(series, since_ms=since_ms + 10 * 3_600_000) == []


def test_news_are_what_is_red_in_the_latest_run(database: str, tmp_path: Path) -> None:
    synced(
        database,
        write_all(
            tmp_path,
            made(0, scenario="mended", verdict="fail"),
            made(1, scenario="mended", verdict="pass"),
            made(0, scenario="broken", verdict="pass"),
            made(1, scenario="broken", verdict="fail"),
        ),
    )

    with open_history(database) as engine:
        found = news(engine, NOW_MS)

    assert found.runs == 4
    assert [it.scenario for it in found.latest] == ["broken", "mended"]
    (red,) = found.red
    assert red.run.scenario == "broken"
    assert [it.budget for it in red.budgets] == ["total: mean < 1us"]


def test_no_file_ends_a_sync_whatever_it_is(database: str, tmp_path: Path) -> None:
    write_all(tmp_path, made(0))
    write_all(tmp_path / "folder.json", made(1))
    hostile = {
        "early": replace(made(2), started="0001-01-01T00:00:00+23:59"),
        "late": replace(made(2), started="9999-12-31T23:59:59.9999-23:59"),
        "long": made(2, scenario="x" * 4_000),
    }
    for name, run in hostile.items():
        write_run_as(run, tmp_path / f"{name}.json")
    (tmp_path / "deep.json").write_bytes(b'{"figures":' + b"[" * 99_999 + b"]" * 99_999 + b"}")
    (tmp_path / "bytes.json").write_bytes(b'{"document": "\xff"}')
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / os.fsdecode(b"\xff.json")).write_text("{}")

    found = synced(database, tmp_path)

    assert found.added == 2
    names = [*hostile, "deep", "bytes", "gone", "pipe", "\\xff"]
    assert len(found.broken) == len(names)
    for name in names:
        assert any(f"{name}.json: " in it for it in found.broken), name
    with open_history(database) as engine:
        assert {it.started[:4] for it in list_runs(engine, Selection(), None)} == {"2026"}
    assert thin(tmp_path, NOW_MS).looked_at == 2


def test_audits_and_sides_of_an_ab_are_no_runs(database: str, tmp_path: Path) -> None:
    write_all(tmp_path, made(0), audit_of(), replace(made(1), id="x-a", side="a"))
    before = {it: it.read_bytes() for it in tmp_path.glob("*.json")}

    found = synced(database, tmp_path)
    done = thin(tmp_path, NOW_MS + 10**12)

    assert (found.added, found.others) == (1, 2)
    assert (done.looked_at, done.thinned) == (1, 1)
    changed = [it.name for it, content in before.items() if it.read_bytes() != content]
    assert changed == [f"{made(0).id}.json"]


def test_what_services_and_matchings_count_are_figures(database: str, tmp_path: Path) -> None:
    synced(database, write_all(tmp_path, served(0), paired(1)))

    with open_history(database) as engine:
        found = {(it.name.scenario, it.name.figure): it.values for it in load_series(engine, TOTAL)}

    assert found["served", "errors"] == (7,)
    assert found["served", "superseded"] == (5,)
    assert found["served", "dropped"] == (6,)
    assert found["served", "task switches"] == (2.5,)
    assert found["paired", "unanswered"] == (1,)
    assert found["paired", "uncaused"] == (0,)


def test_what_the_machine_was_worth_is_a_series(database: str, tmp_path: Path) -> None:
    run = replace(made(0), platform=platform({2_000: 30}))
    synced(database, write_all(tmp_path, run))

    with open_history(database) as engine:
        series = load_series(engine, Selection(stages=("the machine",)))

    assert {it.name.figure: it.values for it in series} == {
        "clock step": (10,),
        "clock offset": (17,),
        "clock offset error": (0.8,),
        "harness cost": (1.25,),
        "stalls": (30,),
        "longest stall": (2_000,),
    }


def test_other_files_are_passed_over_and_broken_ones_are_named(
    database: str, tmp_path: Path
) -> None:
    write_all(tmp_path, made(0))
    (tmp_path / "baseline.json").write_text('{"document": "baseline"}')
    (tmp_path / "list.json").write_text("[1, 2]")
    (tmp_path / "cut.json").write_text('{"id": "x')
    (tmp_path / ".half.json").write_text("{")

    first, again = synced(database, tmp_path), synced(database, tmp_path)

    assert (first.added, first.others, len(first.broken)) == (1, 2, 1)
    assert "cut.json" in first.broken[0]
    assert again.broken == first.broken


def test_names_from_outside_are_only_names(database: str, tmp_path: Path) -> None:
    hostile = ["<script>alert(1)</script>", "'; DROP TABLE runs; --", "nul\0 and %_"]
    synced(database, write_all(tmp_path, *(made(n, branch=it) for n, it in enumerate(hostile))))

    with open_history(database) as engine:
        found = [it.branch for it in list_runs(engine, Selection(), None)]
        one = list_runs(engine, Selection(branch=hostile[1]), None)

    assert found == ["nul\N{REPLACEMENT CHARACTER} and %_", hostile[1], hostile[0]]
    assert len(one) == 1


def test_many_writers_at_once_lose_nothing_and_add_nothing_twice(
    database: str, tmp_path: Path
) -> None:
    """Each knows some runs that others know too, as machines do that share a folder."""
    folders = [
        write_all(tmp_path / str(writer), *map(made, range(10 * writer, 10 * writer + 20)))
        for writer in range(4)
    ]
    with ThreadPoolExecutor(4) as writers:
        added = [it.added for it in writers.map(partial(synced, database), folders)]

    assert sum(added) == 50
    with open_history(database) as engine:
        assert len(list_runs(engine, Selection(), None)) == 50
        (series,) = load_series(engine, TOTAL_MEAN)
    assert len(series.values) == 50


def test_thinned_runs_keep_every_figure(database: str, tmp_path: Path) -> None:
    runs = (*(made(it, verdict="pass") for it in range(3)), served(3), paired(4))
    folder = write_all(tmp_path / "runs", *runs)
    synced(database, folder)
    with open_history(database) as engine:
        before = load_series(engine, Selection(kind=None))
        rows = list_runs(engine, Selection(), None)

    done = thin(folder, NOW_MS)
    again = synced(database, folder)

    assert (done.looked_at, done.thinned) == (5, 5)
    assert done.bytes_after < done.bytes_before
    assert (again.read, again.added, again.known) == (5, 0, 5)
    anew = f"{tmp_path / 'anew.sqlite'}"
    synced(anew, folder)
    for each in (database, anew):
        with open_history(each) as engine:
            after = load_series(engine, Selection(kind=None))
            assert [(it.name, it.values, it.levels) for it in after] == [
                (it.name, it.values, it.levels) for it in before
            ]
            found = list_runs(engine, Selection(), None)
        assert [it.id for it in found] == [it.id for it in rows]
        assert [it.machine_class for it in found] == [it.machine_class for it in rows]


def test_an_index_of_another_version_is_refused(database: str) -> None:
    with open_history(database, make=True) as engine, engine.begin() as connection:
        connection.execute(sqlalchemy.update(ABOUT).values(schema_version=99))

    with pytest.raises(HistoryError, match="schema version 99"), open_history(database):
        pass


def test_a_document_that_was_written_anew_is_read_again(database: str, tmp_path: Path) -> None:
    path = tmp_path / "latest.json"
    write_run_as(made(0), path)
    synced(database, tmp_path)
    write_run_as(made(1, 200), path)

    assert synced(database, tmp_path).added == 1
    assert read_run(path).started == made(1).started


def _read_as_nobody(database: str, runs: int) -> None:
    """Root may write anywhere, and so becomes somebody else."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    with open_history(database) as engine:
        assert len(list_runs(engine, Selection(), 10)) == runs


@pytest.mark.parametrize("is_being_written", [False, True])
def test_a_file_that_may_only_be_read_is_read(tmp_path: Path, *, is_being_written: bool) -> None:
    database = tmp_path / "history.sqlite"
    synced(str(database), write_all(tmp_path / "runs", *map(made, range(3))))
    # Not in pytest's own, which only its user may enter.
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as writing:
        folder = Path(name)
        if is_being_written:
            # What was written last stands in the log beside it until the last connection ends.
            engine = writing.enter_context(open_history(str(database)))
            sync(engine, write_all(tmp_path / "runs", made(3)))
        copied = [Path(shutil.copy(it, folder)) for it in tmp_path.glob("history.sqlite*")]
        assert len(copied) == (3 if is_being_written else 1)
        for it in copied:
            it.chmod(0o444)
        folder.chmod(0o555)
        reader = multiprocessing.get_context("fork").Process(
            target=_read_as_nobody, args=(str(folder / database.name), 4 if is_being_written else 3)
        )
        reader.start()
        reader.join()
        folder.chmod(0o755)

    assert reader.exitcode == 0
