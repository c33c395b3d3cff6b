"""Events of the processor in a run's report."""

from dataclasses import replace

import pytest

from latprobe.report.summary import print_summary
from latprobe.report.table import print_run
from tests.event_cases import COUNTED, KERNEL_ALONE, SIMULATED, UNSUPPORTED, fork
from tests.report_cases import AFTER
from tests.report_snapshots import assert_matches, on_terminal, plain
from tests.runs import MadeRun


def printed(run: MadeRun, *, by_kind: bool = False, width: int | None = None) -> str:
    def report(console: object) -> None:
        print_run(run.document(), console, by_kind=by_kind)  # type: ignore[arg-type]

    return plain(report) if width is None else on_terminal(report, width)


def test_what_was_counted_says_how_and_what_of_it_is_an_estimate() -> None:
    assert_matches("events_counted.txt", printed(COUNTED))


def test_what_was_simulated_says_so_and_of_which_caches() -> None:
    assert_matches("events_simulated.txt", printed(SIMULATED, by_kind=True))


def test_what_is_unsupported_says_why_and_what_to_do() -> None:
    assert_matches("events_unsupported.txt", printed(UNSUPPORTED))


@pytest.mark.parametrize("width", [80, 50])
def test_the_tables_fit_the_terminal(width: int) -> None:
    text = printed(replace(COUNTED, simulation=SIMULATED.simulation), by_kind=True, width=width)

    assert max(map(len, text.splitlines())) <= width
    assert "instr/msg" in text


def test_without_any_events_there_is_nothing_about_them() -> None:
    assert "counted" not in printed(AFTER)
    assert "simulated" not in printed(AFTER)


def test_a_machine_without_counters_is_told_of_once_and_not_in_each_scenario() -> None:
    run = replace(AFTER, counted=(KERNEL_ALONE,))
    documents = [replace(run, scenario=name).document() for name in ("one", "two", "three")]

    assert "unsupported" not in printed(run)
    summary = plain(lambda console: print_summary(documents, [], 0, console))
    assert summary.count("unsupported") == 1
    assert "not counted: cycles, instructions" in summary or "instructions, cycles" in summary


def test_stages_that_could_not_be_read_say_why() -> None:
    run = replace(COUNTED, counted=(fork(100_000.0, by_stage=False),))

    assert "stages: unsupported: cycles cannot be read by rdpmc" in printed(run)
