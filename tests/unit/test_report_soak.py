"""`latprobe report` of soaks."""

import json
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from latprobe.cli.report import report
from latprobe.errors import RunError, SoakError
from latprobe.report.heat_plot import LINES, HeatMap, draw_heat
from latprobe.run.model import VerdictRecord
from latprobe.run.store import write_run
from latprobe.soak.document import read_soak, write_soak
from tests.made_soaks import MadeSoak
from tests.report_cases import JUDGED
from tests.report_snapshots import assert_matches
from tests.unit.test_report_paper import HOSTILE, IMAGE, Page, assert_only_a_name

USUAL = {"total": {100: 990, 5_000: 10}, "response": {200: 980, 70_000: 20}, "parse": {40: 1_000}}
RED = VerdictRecord("heap slope < 1B/h", "fail", 3 * 2**20, None, 1.0, "B/h", "it grows")
STARTED = datetime(2026, 11, 20, 10, tzinfo=UTC)


def soaked(results: Path, *intervals: Any, **more: Any) -> Path:
    return MadeSoak("night", STARTED, intervals or (USUAL,) * 12, **more).write(results)


def reported(output: Path, *references: Path, options: tuple[str, ...] = ()) -> Result:
    return CliRunner().invoke(report, [*map(str, references), "-o", str(output), *options])


def test_a_soak_has_a_report_in_markdown_with_pictures_beside_it(tmp_path: Path) -> None:
    folder = soaked(tmp_path, resumed=6, verdicts=(RED,), notice="the disk was full")

    done = reported(tmp_path / "it.md", folder, options=("--json",))

    pictures = [tmp_path / f"it-{number}.svg" for number in (1, 2)]
    assert json.loads(done.output) == {"paths": [str(tmp_path / "it.md"), *map(str, pictures)]}
    assert all(b"<image" in it.read_bytes() for it in pictures)
    assert_matches("soak-paper.md", (tmp_path / "it.md").read_text(encoding="utf-8"))


def test_runs_and_soaks_stand_in_one_page(tmp_path: Path) -> None:
    run = write_run(JUDGED.document(), tmp_path / "runs")

    assert reported(tmp_path / "it.html", soaked(tmp_path), run).exit_code == 0

    page = Page((tmp_path / "it.html").read_text(encoding="utf-8"))
    assert page.tags.count("h2") == 3
    assert [bool(IMAGE.fullmatch(it)) for it in page.addresses] == [True] * 3
    assert any(it.startswith("Soak of night, ") for it in page.texts)


@pytest.mark.parametrize(("name", "start"), [("it.png", b"\x89PNG"), ("it.pdf", b"%PDF-")])
def test_a_heat_map_is_written_in_each_format(name: str, start: bytes, tmp_path: Path) -> None:
    assert reported(tmp_path / name, soaked(tmp_path)).exit_code == 0

    assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize("name", ["it.html", "it.md", "it.pdf"])
def test_a_hostile_name_is_only_a_name(name: str, tmp_path: Path) -> None:
    verdict = replace(RED, budget=HOSTILE, reason=HOSTILE)
    folder = soaked(tmp_path, {"total": {100: 10}, HOSTILE: {100: 10}}, notice=HOSTILE)
    document = read_soak(folder)
    hostile = replace(
        document,
        id=HOSTILE,
        scenario=replace(document.scenario, description=HOSTILE),
        target=replace(document.target, name=HOSTILE, git_revision=HOSTILE),
        machine=replace(document.machine, hostname=HOSTILE),
        settings=replace(document.settings, stress=(HOSTILE,)),
        verdicts=(verdict,),
    )
    write_soak(hostile, folder)

    done = reported(tmp_path / name, folder)

    assert done.exit_code == 0, done.exception
    assert_only_a_name(tmp_path / name, times=6)


def test_a_soak_without_an_interval_has_a_report_and_no_picture(tmp_path: Path) -> None:
    folder = MadeSoak("night", STARTED, (), ended=False).write(tmp_path)

    assert reported(tmp_path / "it.html", folder).exit_code == 0
    assert "has not come to its end" in (tmp_path / "it.html").read_text(encoding="utf-8")
    assert isinstance(reported(tmp_path / "it.svg", folder).exception, RunError)


def test_what_is_damaged_is_an_error_that_names_it(tmp_path: Path) -> None:
    folder = soaked(tmp_path)
    log, series = folder / "latency.hlog", folder / "series.arrows"
    whole = log.read_bytes()

    log.write_bytes(whole.replace(b",HISTF", b",HISTX"))
    damaged = reported(tmp_path / "it.html", folder)
    log.write_bytes(whole)
    seconds = struct.pack("<d", 10.0)
    series.write_bytes(series.read_bytes().replace(seconds, struct.pack("<d", float("nan"))))
    unknown = reported(tmp_path / "it.html", folder)
    series.write_bytes(series.read_bytes()[:100])
    cut = reported(tmp_path / "it.html", folder)
    missing = reported(tmp_path / "it.html", tmp_path)

    for done, words in (
        (damaged, f"{folder}: cannot be reported: "),
        (unknown, f"{folder}: cannot be reported: "),
        (cut, "series.arrows: is not the series of a soak: "),
        (missing, "soak.json: cannot be read: "),
    ):
        assert isinstance(done.exception, SoakError)
        assert words in str(done.exception)
    assert not (tmp_path / "it.html").exists()


def heat_map(**more: Any) -> HeatMap:
    """Two columns of 10 s, with a minute between them in which nothing ran."""
    made: dict[str, Any] = {
        "stage": "total",
        "starts_s": np.array([0.0, 70.0]),
        "ends_s": np.array([10.0, 80.0]),
        "edges_ns": np.array([0.0, 10.0, 20.0, 30.0]),
        "counts": np.array([[1, 3, 0], [0, 4, 0]]),
        "quantiles_ns": dict.fromkeys(LINES, np.array([5.0, 15.0])),
        "stalls_ns": np.array([1e3, 1e5]),
        "stalls": "stalls",
    }
    return HeatMap(**{**made, **more})


def test_each_cell_is_the_share_of_its_time_and_none_reaches_over_a_gap() -> None:
    upper, lower, _ = draw_heat(heat_map()).axes

    (mesh,) = upper.collections
    shares = mesh.get_array()
    assert shares is not None
    assert np.ma.filled(shares, 0.0).tolist() == [[0.25, 0.0, 0.0], [0.75, 0.0, 1.0]]
    assert np.isnan(upper.lines[0].get_ydata()).tolist() == [False, False, True, False, False]
    bars = [it.get_extents().transformed(lower.transData.inverted()) for it in lower.patches]
    assert np.allclose([(it.x0, it.x1) for it in bars], [(0.0, 10.0), (70.0, 80.0)])


@pytest.mark.parametrize(
    ("stalls_ns", "words"), [(np.nan, "nobody watched the platform"), (0.0, "none")]
)
def test_that_there_was_no_stall_is_not_that_nobody_watched(stalls_ns: float, words: str) -> None:
    _, lower, _ = draw_heat(heat_map(stalls_ns=np.array([stalls_ns, stalls_ns]))).axes

    assert [it.get_text() for it in lower.texts] == [words]
