"""Soaks while the clock on the wall is stepped: the target sees it, and no time moves by it."""

import json
import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from latprobe import _core
from latprobe.soak.series import SERIES_NAME
from tests.integration.compiler import compile_target
from tests.integration.conftest import Bench
from tests.soaks import end_all, histograms_in, report_in, series_in, start_soak

WALL_CLOCK = Path(__file__).parent / "targets" / "wall_clock.c"
LONG = ("--duration", "10m", "--interval", "0.1s", "--rate", "10k/s")
DAY_S = 86_400


@pytest.fixture(autouse=True)
def nothing_is_left_running() -> Iterator[None]:
    yield
    end_all()


def killed_soak(bench: Bench) -> Path:
    soak = start_soak(bench, bench.scenario(bench.feed([b"."] * 1_000)), *LONG)
    soak.wait_for_intervals(2)
    soak.process.kill()
    soak.end()
    return soak.folder


def started_earlier(folder: Path, seconds: float, **changes: str) -> None:
    """Has the soak's last part say that by the clock on the wall it began so much earlier."""
    path = folder / "soak.json"
    document = json.loads(path.read_text())
    part = document["parts"][-1]
    started = datetime.fromisoformat(part["started"]) - timedelta(seconds=seconds)
    part |= {"started": started.isoformat(), **changes}
    path.write_text(json.dumps(document))


@pytest.mark.parametrize("clock", ["counter", "monotonic_raw"])
def test_a_stepped_clock_is_what_the_target_sees_and_no_time_is_measured_with_it(
    bench: Bench, tmp_path: Path, clock: str
) -> None:
    library = compile_target(WALL_CLOCK, tmp_path / "libwall.so")
    feed = bench.feed([b"."] * 1_000)
    scenario = bench.scenario(feed, target="wall-clock", library=library)
    scenario.write_text(scenario.read_text().replace("forks = 2", f'clock = "{clock}", forks = 2'))
    soak = start_soak(bench, scenario, *LONG, "--stress", "clock")
    soak.wait_for_words("stepped by -1.0")
    soak.process.terminate()
    assert soak.end() == 143

    series = series_in(soak.folder)
    steps_s = series.column("wall_step_ns") / 1e9
    forward, back = (steps_s > 0.5).nonzero()[0], (steps_s < -0.5).nonzero()[0]
    assert abs(steps_s[forward[0]] - 1) < 0.1
    assert abs(steps_s[back[0]] + 1) < 0.1
    errors, recorded = series.column("errors"), series.column("recorded")
    assert errors[: forward[0]].sum() == 0
    between = slice(forward[0] + 1, back[0])
    assert (errors[between] == recorded[between]).all(), "by every way to ask for the time"
    # Time goes on by another clock.
    starts, seconds = series.column("elapsed_s"), series.column("seconds")
    assert starts[1:] == pytest.approx(starts[:-1] + seconds[:-1], abs=1e-6)
    unix_s = series.column("start_unix_ns") / 1e9
    assert unix_s[1:] == pytest.approx(unix_s[:-1] + seconds[:-1], abs=0.1), "the machine's own"

    report = report_in(bench)
    assert report["wall_steps"] >= 2
    assert report["longest_wall_step_ns"] == pytest.approx(1e9, rel=0.1)
    told = bench.latprobe("soak", "--report", soak.folder).out
    assert re.search(r"stress +clock", told)
    assert "the clock on the wall was stepped in" in told


def test_intervals_of_a_log_go_on_through_a_step_which_is_marked_in_a_comment(bench: Bench) -> None:
    scenario = bench.scenario(bench.feed([b"."] * 1_000))
    soak = start_soak(bench, scenario, *LONG, "--stress", "clock")
    soak.wait_for_words("stepped by -1.0")
    soak.process.terminate()
    soak.end()

    log = (soak.folder / "latency.hlog").read_text()
    marks = re.findall(r"(?m)^#\[the clock on the wall was stepped by ([+-]1\.0)", log)
    assert marks[:2] == ["+1.0", "-1.0"]
    starts = [float(it) for it in re.findall(r"(?m)^Tag=total,([\d.]+),", log)]
    assert starts == sorted(set(starts))
    totals = [it for it in histograms_in(soak.folder) if it.get_tag() == "total"]
    assert len(totals) == len(starts)


def test_a_soak_is_as_long_as_it_was_asked_to_be_whatever_the_clock_on_the_wall_does(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "clock.so"
    library.write_bytes(_core.CLOCK_LIBRARY)
    monkeypatch.setenv("LD_PRELOAD", str(library))
    scenario = bench.scenario(bench.feed([b"."] * 1_000))
    began = time.monotonic()
    soak = start_soak(bench, scenario, *("--duration", "7s", *LONG[2:]))
    assert soak.end() == 0

    assert time.monotonic() - began >= 7.0
    assert report_in(bench)["wall_steps"] >= 1
    assert (series_in(soak.folder).column("seconds") < 6.0).all()


def test_a_soak_goes_on_where_it_was_although_the_clock_on_the_wall_was_set_meanwhile(
    bench: Bench,
) -> None:
    folder = killed_soak(bench)
    started_earlier(folder, DAY_S)
    soak = start_soak(bench, "--resume", folder)
    soak.wait_for_intervals(1)

    assert series_in(folder).column("elapsed_s").max() < DAY_S / 2


def test_a_soak_that_a_new_start_of_the_machine_has_ended_counts_by_the_clock_on_the_wall(
    bench: Bench,
) -> None:
    folder = killed_soak(bench)
    started_earlier(folder, 300, boot_id="another")
    soak = start_soak(bench, "--resume", folder)
    soak.wait_for_intervals(1)

    assert series_in(folder).column("elapsed_s").max() >= 300


def test_a_series_of_before_steps_were_told_is_read_and_gone_on_with(bench: Bench) -> None:
    folder = killed_soak(bench)
    path = folder / SERIES_NAME
    rows = pa.ipc.open_stream(path.read_bytes()).read_all().drop_columns("wall_step_ns")
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, rows.schema) as stream:
        stream.write_table(rows)
    soak = start_soak(bench, "--resume", folder)
    soak.wait_for_intervals(2)
    soak.process.terminate()
    assert soak.end() == 143

    series = series_in(folder)
    assert len(series) >= rows.num_rows + 2
    assert np.isnan(series.column("wall_step_ns")).all()
