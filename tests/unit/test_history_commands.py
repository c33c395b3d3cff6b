"""`latprobe history`, as it is called."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from latprobe.cli.history import history
from latprobe.cli.plot import plot
from latprobe.cli.show import show
from latprobe.errors import HistoryError
from tests.history import commit_of, made, write_all

QUIET = [100 + 0.3 * (place * 7 % 11) for place in range(60)]
STEPPED = QUIET + [it * 1.08 for it in QUIET[:5]]
TOTAL_MEAN = ("--stage", "total", "--figure", "mean")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of which one changed and the last is red, in an index beside their folder."""
    folder = tmp_path_factory.mktemp("history") / "runs"
    runs = (made(*it, verdict="fail" if it[0] > 60 else "pass") for it in enumerate(STEPPED))
    synced(write_all(folder, *runs))
    return folder


def call(folder: Path, *words: str) -> Result:
    with_database = [*words, "--database", str(folder.parent / "history.sqlite")]
    result = CliRunner(env={"COLUMNS": "200"}).invoke(history, with_database)
    if isinstance(result.exception, HistoryError):
        raise result.exception
    return result


def synced(folder: Path) -> Result:
    return call(folder, "sync", "--results", str(folder))


def test_sync_says_what_it_did(tmp_path: Path) -> None:
    folder = write_all(tmp_path / "runs", made(0), made(1))

    assert synced(folder).output.startswith("2 runs added, 0 known already; 2 of 2 files read")
    assert synced(folder).output.startswith("0 runs added, 0 known already; 0 of 2 files read")


def test_sync_names_what_is_broken_and_reads_the_rest(tmp_path: Path) -> None:
    folder = write_all(tmp_path / "runs", made(0))
    (folder / "cut.json").write_text("{")

    with pytest.raises(HistoryError, match=r"cut\.json: is not JSON"):
        synced(folder)

    assert len(json.loads(call(folder, "list", "--json").output)) == 1


def test_without_an_index_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="`latprobe history sync` makes one"):
        call(tmp_path / "runs", "list")


def test_list_shows_the_newest_first(folder: Path) -> None:
    listed = call(folder, "list", "--limit", "2").output.splitlines()

    assert "started (UTC)" in listed[1]
    assert listed[3].split()[:5] == ["2026-11-23", "02:00:00", "itch50", "fail", "040fffffffff"]
    assert len([it for it in listed if "itch50" in it]) == 2


def test_query_prints_a_series_as_a_table(folder: Path) -> None:
    printed = call(folder, "query", *TOTAL_MEAN, "--since", "2026-11-23").output

    assert printed.startswith("itch50  total: mean\nbranch main, Ryzen 9, 8 CPUs, virtual")
    assert "2026-11-23 02:00:00" in printed
    assert "2026-11-22" not in printed


def test_query_prints_a_series_as_json(folder: Path) -> None:
    (series,) = json.loads(call(folder, "query", *TOTAL_MEAN, "--json").output)

    assert series["values"] == series["levels"] == STEPPED
    assert series["runs"][0]["commit"] == commit_of(0)
    assert series["name"]["unit"] == "ns"


def test_query_prints_a_series_as_csv_that_no_spreadsheet_runs(tmp_path: Path) -> None:
    folder = write_all(tmp_path / "runs", made(0, branch='=cmd|"/c calc"!A1'))
    synced(folder)

    (row,) = csv.DictReader(io.StringIO(call(folder, "query", *TOTAL_MEAN, "--csv").output))

    assert row["branch"] == '\'=cmd|"/c calc"!A1'
    assert row["started"] == "2026-11-20 10:00:00"
    assert (row["value"], row["level"]) == ("100.0", "100.0")


def test_changes_name_the_commits(folder: Path) -> None:
    (change,) = json.loads(call(folder, "changes", "--json").output)

    assert change["series"]["figure"] == "mean"
    assert change["last_before"]["commit"] == commit_of(59)
    assert change["first_after"]["commit"] == commit_of(60)
    printed = call(folder, "changes").output
    assert "total: mean" in printed
    assert "03bfffffffff..03cfffffffff" in printed


def test_changes_of_a_commit_are_those_right_before_or_after_it(folder: Path) -> None:
    def told(commit: str) -> int:
        return len(json.loads(call(folder, "changes", "--json", "--commit", commit).output))

    assert (told(commit_of(59)), told(commit_of(60)[:6])) == (1, 1)
    assert (told(commit_of(58)), told(commit_of(61))) == (0, 0)


def test_a_change_of_what_is_counted_is_told_of_unless_a_size_is_asked_for(tmp_path: Path) -> None:
    figures = made(0).figures
    runs = [
        replace(
            made(place, mean_ns=100.0),
            figures=tuple(replace(it, allocations=allocations) for it in figures),
        )
        for place, allocations in enumerate([1_000.0, 1_000.0, 1_001.0, 1_500.0])
    ]
    folder = write_all(tmp_path / "runs", *runs)
    synced(folder)
    changes = ("changes", "--json", "--stage", "total", "--figure", "allocations")

    every = json.loads(call(folder, *changes).output)
    large = json.loads(call(folder, *changes, "--at-least", "5%").output)

    assert [(it["before"], it["after"]) for it in every] == [(1_001, 1_500), (1_000, 1_001)]
    assert [(it["before"], it["after"]) for it in large] == [(1_000, 1_500)]


def test_changes_that_are_too_small_are_not_told_of(folder: Path) -> None:
    printed = call(folder, "changes", "--at-least", "20%", "--figure", "mean").output

    assert printed == "no change in 2 series of up to 65 runs\n"


def test_news_say_what_is_red_and_what_changed(folder: Path) -> None:
    printed = call(folder, "news", "--since", "2026-11-20").output

    assert printed.startswith("65 runs, 1 series of runs measured since 2026-11-20 00:00:00")
    assert "✘ fail  itch50  2026-11-23 02:00:00, 040fffffffff" in printed
    assert "    total: mean < 1us (was 110 ns)\n" in printed
    assert "03bfffffffff..03cfffffffff" in printed


def test_names_have_no_power_over_the_terminal(tmp_path: Path) -> None:
    folder = write_all(tmp_path / "runs", made(0, branch="\x1b[2J[bold]"))
    synced(folder)

    assert "\\x1b[2J[bold]" in call(folder, "list").output


def test_a_time_is_a_date_or_how_long_ago(folder: Path) -> None:
    assert call(folder, "list", "--since", "99999w", "--json").exit_code == 0
    refused = call(folder, "list", "--since", "yesterday")
    assert refused.exit_code == 2
    assert "write 2026-11-20, or 30d for 30 days ago" in refused.output


def test_a_database_that_is_none_is_refused() -> None:
    for database in ("mysql://host/name", "nothing://x", "postgresql://host:port/name"):
        result = CliRunner().invoke(history, ["list", "--database", database])
        assert isinstance(result.exception, HistoryError), database


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:secret@127.0.0.1:1/name",
        "postgresql://127.0.0.1:1/name?password=secret",
        "postgresql://127.0.0.1:1/name?sslpassword=secret&sslpassword=secret2",
        "postgresql://user:a@secret:b@127.0.0.1/name",
        "postgresql://user:secret@127.0.0.1:port/name",
        "postgresql://127.0.0.1:1/name?password=secret&unknown_option=1",
        "mysql://user:secret@127.0.0.1/name",
    ],
)
def test_a_password_is_not_shown(url: str) -> None:
    result = CliRunner().invoke(history, ["list", "--database", url])

    assert isinstance(result.exception, HistoryError)
    assert "secret" not in str(result.exception)


def test_thinned_documents_are_smaller_and_can_be_shown(tmp_path: Path) -> None:
    folder = write_all(tmp_path, *(made(-24 * 30 * it) for it in range(12, 18)))
    paths = sorted(folder.glob("*.json"))
    before = [it.stat().st_size for it in paths]
    thin = ["thin", "--results", str(folder), "--older-than", "1h", "--whole-every", "10w"]

    would = CliRunner().invoke(history, [*thin, "--dry-run"])
    assert "of 6 old run documents would be thinned" in would.output
    assert [it.stat().st_size for it in paths] == before

    done = json.loads(CliRunner().invoke(history, [*thin, "--json"]).output)
    assert done["thinned"] + done["kept_whole"] == 6
    assert done["thinned"] >= 3
    assert sum(it.stat().st_size for it in paths) < sum(before)
    for path in paths:
        assert "total" in CliRunner().invoke(show, [str(path)]).output
    refused = [
        CliRunner().invoke(plot, [str(it), "-o", str(tmp_path / "x.svg")]).exception for it in paths
    ]
    assert sum("was thinned" in str(it) for it in refused) == done["thinned"]
