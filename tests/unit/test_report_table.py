"""One run's table."""

from dataclasses import replace

import pytest
from rich.console import Console

from latprobe.report.table import print_run
from latprobe.run.model import AllocationTotals
from tests.report_cases import AFTER, BEFORE, DEAD, JUDGED
from tests.report_snapshots import assert_matches, in_colour, on_terminal, plain
from tests.runs import MadeRun


class Report:
    """A made run as a report, to be printed on any console."""

    def __init__(self, run: MadeRun, *, by_kind: bool = False, with_origin: bool = False) -> None:
        self._run, self._by_kind, self._with_origin = run.document(), by_kind, with_origin

    def __call__(self, console: Console) -> None:
        print_run(self._run, console, by_kind=self._by_kind, with_origin=self._with_origin)


def line_of(text: str, beginning: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(beginning))


def parsed_in(counts: dict[int, int], **changes: object) -> str:
    """The plain report of a parser that took so long."""
    run = MadeRun(times={"trade": {"parse": counts, "total": counts}}, forks=1)
    return plain(Report(replace(run, **changes)))  # type: ignore[arg-type]


def test_a_run_in_a_file_is_plain_text_with_every_column() -> None:
    text = plain(Report(JUDGED, with_origin=True))

    assert_matches("run_plain.txt", text)
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.splitlines())


def test_a_run_split_by_kind() -> None:
    assert_matches("run_by_kind.txt", plain(Report(AFTER, by_kind=True)))


@pytest.mark.parametrize("width", [120, 80, 50])
def test_a_run_on_a_terminal_fits_its_width(width: int) -> None:
    text = on_terminal(Report(JUDGED, by_kind=True), width)

    assert_matches(f"run_terminal_{width}.txt", text)
    assert max(map(len, text.splitlines())) <= width


def test_a_run_in_colour_says_the_same_as_without() -> None:
    text = in_colour(Report(JUDGED), 120)

    assert_matches("run_colour.txt", text)


def test_a_run_of_which_nothing_was_measured_says_why() -> None:
    assert_matches("run_dead.txt", plain(Report(DEAD)))


def test_columns_that_do_not_fit_are_named() -> None:
    assert "left out on this narrow terminal: mean, p90" in on_terminal(Report(AFTER), 80)
    assert "left out" not in plain(Report(AFTER))


def test_the_most_important_columns_go_last() -> None:
    narrow = on_terminal(Report(AFTER), 30)

    assert line_of(narrow, "stage").split() == ["stage", "p99.9"]


def test_a_quantile_under_the_clock_s_step_is_a_bound() -> None:
    row = line_of(parsed_in({4: 999_999, 30: 1}), "parse")

    assert row.count("< 10 ns") == 4
    assert "30 ns" in row


def test_a_quantile_at_the_clock_s_step_is_a_figure() -> None:
    assert "<" not in line_of(parsed_in({10: 100_000}), "parse")


def test_a_clock_finer_than_a_nanosecond_bounds_at_one() -> None:
    row = line_of(parsed_in({0: 100_000}, granularity_ns=0.385), "parse")

    assert "< 1 ns" in row


def test_the_mean_is_no_finer_than_the_clock_s_offset() -> None:
    row = line_of(parsed_in({0: 100_000}, offset_error_ns=0.4), "parse")

    assert "< 0.4 ns" in row


@pytest.mark.parametrize(("messages", "is_doubtful"), [(9_999, True), (10_000, False)])
def test_a_quantile_with_fewer_than_ten_messages_beyond_is_marked(
    messages: int, is_doubtful: bool
) -> None:
    text = parsed_in({40: messages})

    assert ("~40 ns" in line_of(text, "parse")) == is_doubtful
    assert ("fewer than 10 messages lie beyond" in text) == is_doubtful


def test_a_column_without_a_figure_is_not_there() -> None:
    text = parsed_in({40: 10_000})

    assert "cost" not in line_of(text, "stage")
    assert "allocs/msg" not in line_of(text, "stage")


def test_the_most_allocations_are_shown_where_there_are_any() -> None:
    assert "most allocs" not in plain(Report(AFTER))
    assert "most allocs" in plain(Report(BEFORE))


def test_an_amount_per_message_that_is_not_whole_keeps_three_digits() -> None:
    run = replace(
        AFTER,
        allocations={
            "add_order": AllocationTotals(1, 1, 0, 96),
            "heartbeat": AllocationTotals(0, 0, 0, 0),
        },
    )

    assert "0.50" in line_of(plain(Report(run)), "total")


@pytest.mark.parametrize("is_synthetic", [True, False])
def test_a_feed_that_was_made_up_is_called_so(is_synthetic: bool) -> None:
    text = plain(Report(replace(AFTER, synthetic=is_synthetic)))

    assert ("synthetic" in line_of(text, "feed")) == is_synthetic


def test_stages_keep_their_order_and_the_total_comes_last() -> None:
    lines = plain(Report(AFTER)).splitlines()
    table = lines[lines.index(line_of("\n".join(lines), "stage")) + 1 :]

    assert [line.split()[0] for line in table[:7]] == [
        "parse",
        "book",
        "risk",
        "route",
        "decide",
        "risk..decide",
        "total",
    ]
