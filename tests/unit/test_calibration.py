"""What a machine was found to see: kept, read again, and shown."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from latprobe.errors import RunError
from latprobe.report.calibration import print_calibration
from latprobe.run.calibration import (
    Calibration,
    Floor,
    calibration_path,
    keep_calibration,
    kept_calibration,
    known_floors,
)

FOUND = Calibration(
    machine="a processor, 2 CPUs",
    scenario="mine",
    target="parser",
    family="json parser",
    feed_sha256="0" * 64,
    started="2026-01-01T00:00:00+00:00",
    pairs=70,
    seconds=30.2,
    session_s=30.0,
    session_pairs=70,
    power=0.95,
    floors=(
        Floor("total", None, "cost", 0.0031),
        Floor("total", None, "p99", 0.042),
        Floor("total", None, "p50", None, "it is under the 10 ns that the clock can tell"),
        Floor("total", "trade", "p99", 0.08),
    ),
)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATPROBE_STATE", str(tmp_path))


def test_what_is_kept_is_found_again_on_a_machine_of_the_class_alone() -> None:
    keep_calibration(FOUND)

    key = (FOUND.machine, FOUND.feed_sha256, FOUND.family)
    assert kept_calibration(*key) == FOUND
    for place in range(3):
        other = [*key]
        other[place] = "another"
        assert kept_calibration(*other) is None
        assert known_floors(*other) == {}
    assert known_floors(*key) == FOUND.known()
    assert FOUND.known()["total", None, "p99"] == 0.042
    assert ("total", None, "p50") not in FOUND.known()


def test_a_file_that_is_none_is_refused_with_what_to_do() -> None:
    key = (FOUND.machine, FOUND.feed_sha256, FOUND.family)
    path = calibration_path(*key)
    path.parent.mkdir(parents=True)
    path.write_text("{}")

    with pytest.raises(RunError, match="delete it, and run `latprobe calibrate`"):
        kept_calibration(*key)


def test_the_state_folder_is_the_user_s_where_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LATPROBE_STATE")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert calibration_path("m", "0", "../s").is_relative_to(tmp_path / "latprobe" / "calibration")


def test_the_table_says_what_can_be_seen_and_why_not() -> None:
    out = StringIO()

    print_calibration(FOUND, "kept.json", Console(file=out, width=120), everything=False)

    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    assert lines == [
        "mine  parser against itself",
        "on a processor, 2 CPUs",
        "70 pairs in 30 s; the smallest change that `latprobe ab` finds in 95% of sessions of "
        "30 s, some 70 pairs:",
        "",
        "figure       smallest change  what hides smaller ones",
        "total: cost           0.31 %",
        "total: p99             4.2 %",
        "total: p50                 –  it is under the 10 ns that the clock can tell",
        "not listed: 1 figures of single kinds (--all)",
        "kept in kept.json",
    ]
