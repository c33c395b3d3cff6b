"""What the dashboard holds of soaks."""

import json
import math
import os
from pathlib import Path
from typing import Any

import msgspec

from latprobe.cli.dashboard.soak_pages import SoakPages
from latprobe.cli.dashboard.soak_view import soak_view
from latprobe.dashboard.soak_model import SoakView
from latprobe.soak.document import write_soak
from latprobe.soak.find import find_soaks
from latprobe.soak.heat import bucket_edges
from tests.made_soaks import MadeSoak, started_now

USUAL = {"total": {100: 99, 5_000: 1}, "response": {200: 100}, "two_words": {40: 100}}
SLOW = {**USUAL, "total": {100: 90, 5_000: 10}}
STAGES = ("two words",)


def made(*intervals: Any, **more: Any) -> MadeSoak:
    return MadeSoak("case", started_now(), intervals, stages=STAGES, **more)


def view_of(results: Path) -> SoakView:
    (found,) = find_soaks(results)
    return soak_view(found)


def counts(view: SoakView, stage: str, column: int) -> dict[float, int]:
    """The messages of a column by where their bucket begins."""
    (shown,) = (it for it in view.stages if it.name == stage)
    first, *found = shown.buckets[column]
    return {view.edges_ns[first + at]: it for at, it in enumerate(found) if it}


def test_each_interval_has_its_messages_by_bucket_of_latency(tmp_path: Path) -> None:
    made(USUAL, SLOW).write(tmp_path)

    view = view_of(tmp_path)

    assert [it.name for it in view.stages] == ["response", "total", "two words"]
    assert [it.messages for it in view.stages] == [200, 200, 200]
    assert (view.starts_s, view.ends_s) == ((0.0, 10.0), (10.0, 20.0))
    fast, slow = counts(view, "total", 1).items()
    assert (fast[1], slow[1]) == (90, 10)
    assert fast[0] <= 100 < fast[0] * 1.13
    assert slow[0] <= 5_000 < slow[0] * 1.13
    assert list(counts(view, "total", 0).values()) == [99, 1]
    p50, p99, *_, longest = view.stages[1].quantiles_ns[1]
    assert (p50, round(p99, -2), round(longest, -2)) == (100, 5_000, 5_000)
    assert view.panels["longest_stall_ns"] == (20_000.0, 20_001.0)
    assert view.panels["rss_bytes"] == (50_000_000.0, 50_000_001.0)
    assert view.problems == ()


def test_a_day_of_intervals_is_some_hundred_columns_that_lose_no_message(tmp_path: Path) -> None:
    made(*[USUAL] * 900, SLOW).write(tmp_path)

    view = view_of(tmp_path)

    assert view.intervals == 901
    assert len(view.starts_s) == math.ceil(901 / 3)
    total = view.stages[1]
    assert sum(sum(it[1:]) for it in total.buckets) == total.messages == 90_100
    assert view.panels["messages"][0] == 300
    assert view.ends_s[0] == view.starts_s[1] == 30.0


def test_no_column_reaches_over_the_time_before_a_soak_was_resumed(tmp_path: Path) -> None:
    made(*[USUAL] * 1_000, resumed=500).write(tmp_path)

    view = view_of(tmp_path)

    gaps = [
        start - end
        for end, start in zip(view.ends_s, view.starts_s[1:], strict=False)
        if start > end
    ]
    assert gaps == [60.0]
    assert [it.elapsed_s for it in view.resumed] == [5_060.0]


def test_no_bucket_is_finer_than_a_step_of_the_clock_or_narrower_than_the_one_below() -> None:
    edges = bucket_edges(10.0)
    widths = edges[1:] - edges[:-1]

    assert edges[0] == 0
    assert edges[-1] >= 3.6e12
    assert (widths % 10 == 0).all()
    assert (widths[1:] >= widths[:-1]).all()
    assert len(edges) < 300


def test_a_soak_that_was_cut_off_anywhere_is_shown_up_to_there(tmp_path: Path) -> None:
    folder = made(*[USUAL] * 8, ended=False).write(tmp_path)
    for name in ("series.arrows", "latency.hlog"):
        whole = (folder / name).read_bytes()
        for part in (0.95, 0.6):
            (folder / name).write_bytes(whole[: int(len(whole) * part)])
            assert 0 < sum(it.messages for it in view_of(tmp_path).stages) < 2_400
        (folder / name).write_bytes(whole)
    assert sum(it.messages for it in view_of(tmp_path).stages) == 2_400


def test_a_histogram_that_is_damaged_is_said_and_the_others_are_shown(tmp_path: Path) -> None:
    folder = made(USUAL, SLOW).write(tmp_path)
    log = folder / "latency.hlog"
    lines = log.read_text().splitlines(keepends=True)
    at = next(n for n, it in enumerate(lines) if it.startswith("Tag=total"))
    lines[at] = lines[at][:40] + "AAAA" + lines[at][44:]
    log.write_text("".join(lines))

    view = view_of(tmp_path)

    assert any("latency.hlog" in it for it in view.problems)
    assert view.stages[0].messages == 200
    assert view.stages[1].messages == 100


def test_folders_that_cannot_be_read_are_listed_with_the_reason_and_stop_nothing(
    tmp_path: Path,
) -> None:
    results = tmp_path / "results"
    made(USUAL).write(results, "deep/whole")
    made(USUAL).write(results, "a")
    (results / "a" / "soak.json").write_text("{")
    made(USUAL).write(results, "b")
    (results / "b" / "soak.json").unlink()
    made(USUAL).write(results, "c")
    (results / "c" / "series.arrows").write_bytes(b"nothing of Arrow's")
    made(USUAL).write(results, "d")
    (results / "d" / "latency.hlog").unlink()
    os.mkfifo(results / "d" / "latency.hlog")

    rows = SoakPages(tmp_path / "site", results, 30).refresh()

    found = {it.name: it for it in rows}
    assert found.pop("deep/whole").problem == ""
    words = {name: it.problem for name, it in found.items()}
    assert not any(it.file for it in found.values())
    assert "is not the document of a soak" in words["a"]
    assert "soak.json: cannot be read" in words["b"]
    assert "is not the series of a soak" in words["c"]
    assert words["d"] == "latency.hlog: is no file"


def test_each_soak_has_a_script_of_its_own_that_no_name_breaks(tmp_path: Path) -> None:
    hostile = "</script><script>alert(1)</script>"
    made({hostile: {1: 1}}, notice=hostile, branch=hostile).write(tmp_path / "results")
    site = tmp_path / "site"

    (row,) = SoakPages(site, tmp_path / "results", 30).refresh()

    script = (site / "soaks" / f"{row.file}.js").read_text()
    assert "<" not in script
    assert script.startswith(f'SOAKS["{row.file}"] = ')
    shown = json.loads(script.partition(" = ")[2].rstrip(";\n"))
    assert shown["notices"][0]["words"] == hostile


def test_what_was_written_before_is_not_read_again_and_what_is_gone_goes(tmp_path: Path) -> None:
    results, site = tmp_path / "results", tmp_path / "site"
    made(USUAL).write(results, "one")
    two = made(SLOW).write(results, "two")
    first = SoakPages(site, results, 30).refresh()
    files = {it.name: site / "soaks" / f"{it.file}.js" for it in first}
    files["one"].write_text("was not written again")

    for path in two.iterdir():
        path.unlink()
    SoakPages(site, results, 30).refresh()

    assert files["one"].read_text() == "was not written again"
    assert not files["two"].exists()


def test_a_soak_that_runs_is_read_again_after_a_while_only(tmp_path: Path) -> None:
    results, site = tmp_path / "results", tmp_path / "site"
    running = made(USUAL, ended=False)
    folder = running.write(results)
    pages = SoakPages(site, results, 30)
    (before,) = pages.refresh()
    write_soak(made(USUAL).document(), folder)

    assert before.state == "not at its end"
    assert pages.refresh() == (before,)
    (anew,) = SoakPages(site, results, 30).refresh()
    assert anew.state == "whole"


def test_what_is_not_read_yet_is_listed_without_a_file(tmp_path: Path) -> None:
    made(USUAL).write(tmp_path / "results")
    pages = SoakPages(tmp_path / "site", tmp_path / "results", 30)

    (pending,) = pages.refresh(seconds=0.0)
    (there,) = pages.refresh()

    assert pending == msgspec.structs.replace(there, file="")
    assert there.file
    assert there.soaked_s == 10.0
