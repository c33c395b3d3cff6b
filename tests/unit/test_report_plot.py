"""Percentile plots."""

from pathlib import Path

import pytest
from matplotlib.image import imread
from msgspec.structs import replace

from latprobe.errors import RunError
from latprobe.report.curve import curve_of
from latprobe.report.percentile_axis import percentile_text
from latprobe.report.plot import write_plot
from latprobe.run.model import RunDocument
from tests.report_cases import AFTER, BEFORE
from tests.runs import MadeRun, stage_times


def parser(counts: dict[int, int]) -> RunDocument:
    return MadeRun(times={"trade": {"parse": counts, "total": counts}}, forks=1).document()


def with_histogram(run: RunDocument, text: str) -> RunDocument:
    figures = tuple(replace(figure, histogram=text) for figure in run.figures)
    return replace(run, figures=figures)


def test_a_curve_steps_at_the_share_of_messages_that_each_time_is_enough_for() -> None:
    curve = curve_of(parser({10: 90, 20: 9, 500: 1}), "parse", None, "it")

    assert curve.messages == 100
    assert curve.steps() == [
        (1, 10),
        (10, 10),
        (10, 20),
        (100, 20),
        (100, 500),
        (100, 500),
    ]


def test_a_curve_is_well_founded_as_long_as_ten_messages_lie_beyond() -> None:
    curve = curve_of(parser({10: 900, 20: 100}), "parse", None, "it")

    assert curve.well_founded_up_to() == 100


def test_a_curve_keeps_every_message_of_the_histogram() -> None:
    counts = {0: 3, 1: 1, 7: 50, 2_047: 4, 85_000: 2, 3_600_000_000_000: 1}

    curve = curve_of(parser(counts), "total", "trade", "it")

    assert [count for _, count in curve.counts] == list(counts.values())
    for (found, _), value in zip(curve.counts, counts, strict=True):
        assert value <= found <= value * 1.001 + 1


@pytest.mark.parametrize(
    ("x", "text"), [(1, "0%"), (2, "50%"), (10, "90%"), (100, "99%"), (10_000, "99.99%")]
)
def test_the_axis_counts_nines(x: float, text: str) -> None:
    assert percentile_text(x) == text


@pytest.mark.parametrize(
    ("suffix", "beginning"), [(".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")]
)
def test_the_suffix_says_the_format(tmp_path: Path, suffix: str, beginning: bytes) -> None:
    path = tmp_path / f"latency{suffix}"

    write_plot([BEFORE.document(), AFTER.document()], path)

    assert path.read_bytes().startswith(beginning)


def test_a_picture_shows_a_line_for_each_run(tmp_path: Path) -> None:
    one, two = tmp_path / "one.png", tmp_path / "two.png"

    write_plot([AFTER.document()], one)
    write_plot([AFTER.document(), BEFORE.document()], two)

    assert (shows(one, BLUE), shows(one, VERMILION)) == (True, False)
    assert (shows(two, BLUE), shows(two, VERMILION)) == (True, True)


BLUE, VERMILION = (0, 114, 178), (213, 94, 0)


def shows(path: Path, colour: tuple[int, int, int]) -> bool:
    pixels = (imread(path)[..., :3] * 255).round()
    return bool((pixels == colour).all(axis=-1).any())


@pytest.mark.parametrize("suffix", [".svg", ".png", ".pdf"])
def test_the_same_runs_give_the_same_bytes_on_any_day(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / f"first{suffix}", tmp_path / f"second{suffix}"

    for path, second_of_day in ((first, "1"), (second, "2000000000")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", second_of_day)
        write_plot([AFTER.document()], path, stages=("parse", "total"))

    assert first.read_bytes() == second.read_bytes()


def test_a_synthetic_feed_is_called_so_in_the_picture(tmp_path: Path) -> None:
    path = tmp_path / "latency.svg"

    write_plot([AFTER.document()], path)

    assert "<!-- Latency on synthetic itch50 -->" in path.read_text(encoding="utf-8")


def test_a_suffix_that_is_no_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"written as \.svg, \.png, \.pdf"):
        write_plot([AFTER.document()], tmp_path / "latency.jpeg")


def test_a_row_that_was_not_timed_is_refused_with_those_that_were() -> None:
    with pytest.raises(RunError, match=r"parse\[quote\] was not timed; there are parse, total"):
        curve_of(parser({10: 10}), "parse", "quote", "it")


@pytest.mark.parametrize("text", ["", "!", "HISTFAAAAA==", "QUJD" * 20, "HISTFAAAAC94nJNpmSzMwMD"])
def test_a_damaged_histogram_is_named(text: str) -> None:
    with pytest.raises(RunError, match="the histogram of total is damaged"):
        curve_of(with_histogram(parser({10: 10}), text), "total", None, "it")


def test_an_empty_histogram_holds_no_times() -> None:
    empty = with_histogram(parser({10: 10}), stage_times({}).histogram)

    with pytest.raises(RunError, match="holds no times"):
        curve_of(empty, "total", None, "it")


def test_a_picture_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "latency.svg"
    folder.mkdir()

    with pytest.raises(RunError, match="cannot be written"):
        write_plot([AFTER.document()], folder)

    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("counts", [{0: 1}, {0: 5_000}, {7: 1}, {3_600_000_000_000: 100_000}])
@pytest.mark.parametrize("scale", ["linear", "log", "auto"])
def test_the_smallest_and_the_largest_runs_can_be_drawn(
    tmp_path: Path, counts: dict[int, int], scale: str
) -> None:
    write_plot([parser(counts)], tmp_path / "latency.png", scale=scale)  # type: ignore[arg-type]

    assert (tmp_path / "latency.png").stat().st_size > 1_000
