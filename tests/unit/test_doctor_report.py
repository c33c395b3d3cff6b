"""What `latprobe doctor` prints."""

import json
from dataclasses import dataclass

from rich.console import Console

from latprobe.report.doctor import examination_json, print_examination
from latprobe.run.examination import Examination, Finding, TruthFigure, TruthRow, Verdict
from tests.report_snapshots import assert_matches, in_colour, on_terminal, plain
from tests.runs import MACHINE

ADVICE = "quantiles come in such steps, means and cost do not; bare metal counts each cycle"
FINDINGS = (
    Finding("clock", "source", "tsc at 2,596.1 MHz", "good"),
    Finding("clock", "granularity", "10 ns", "worse", ADVICE),
    Finding("processor", "pinning", "CPU 1 of 0-1", "good"),
    Finding("collectors", "allocations", "crashed: it said \x1b[31m", "unsound", "it is not used"),
)


def row(mean: Verdict = "good") -> TruthRow:
    return TruthRow(
        64,
        45.52,
        (
            TruthFigure("latency mean", 45.62, 0.1, 0.05, 0.91, mean),
            TruthFigure("latency p50", 42.0, -3.52, 1.0, 10.0, "good"),
            TruthFigure("cost", 46.9, 1.38, 0.6, 0.91, "worse", "the forks lie apart"),
        ),
    )


SHORT = TruthRow(2, 1.42, (TruthFigure("cost", 1.43, 0.01, 0.0, 0.03, "good"),))


@dataclass(frozen=True)
class Case:
    findings: tuple[Finding, ...]
    truth: tuple[TruthRow, ...]
    exit_code: int = 3

    @property
    def examination(self) -> Examination:
        return Examination("0.1.0", MACHINE, 6.7, self.findings, self.truth)

    def report(self, console: Console) -> None:
        print_examination(self.examination, self.exit_code, console)


UNSOUND = Case(FINDINGS, (SHORT, row()))


def test_what_is_found_is_printed_with_its_advice_and_the_truth_beside_it() -> None:
    assert_matches("doctor_plain.txt", plain(UNSOUND.report))


def test_a_narrow_terminal_breaks_long_lines() -> None:
    assert_matches("doctor_terminal_60.txt", on_terminal(UNSOUND.report, 60))


def test_verdicts_have_colours() -> None:
    assert_matches("doctor_colour.txt", in_colour(UNSOUND.report, 100))


def test_all_is_sound_that_is_not_unsound() -> None:
    sound = Case(FINDINGS[:3], (SHORT, row()), exit_code=0)

    assert sound.examination.is_sound
    assert plain(sound.report).splitlines()[-1].startswith("sound: ")


def test_a_figure_that_is_wrong_makes_the_instrument_unsound() -> None:
    assert not Case(FINDINGS[:3], (row(mean="unsound"),)).examination.is_sound


def test_without_truth_nothing_is_sound() -> None:
    assert not Case(FINDINGS[:3], ()).examination.is_sound
    assert not Case(FINDINGS[:3], (TruthRow(1, 0.7, ()),)).examination.is_sound


def test_a_program_reads_the_same() -> None:
    text = examination_json(UNSOUND.examination, 3)
    content = json.loads(text)

    assert text.isascii()
    assert (content["sound"], content["exit_code"]) == (False, 3)
    assert content["findings"][1] == {
        "group": "clock",
        "name": "granularity",
        "value": "10 ns",
        "verdict": "worse",
        "advice": ADVICE,
    }
    assert content["truth"][1]["figures"][2]["uncertainty_ns"] == 0.6
