"""Targets of a family beside each other."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from msgspec import structs
from rich.console import Console

from latprobe.errors import RunError
from latprobe.report.family import print_families
from tests.report_cases import AFTER, BEFORE, DEAD, JUDGED
from tests.report_snapshots import assert_matches, on_terminal, plain
from tests.runs import MadeRun


@dataclass(frozen=True)
class Disagreed:
    words: str


class Families:
    """Made runs as a report of their families."""

    def __init__(
        self, *runs: MadeRun, disagreements: Sequence[str] = (), by_kind: bool = False
    ) -> None:
        self._runs = [run.document() for run in runs]
        self._disagreements = [("engine", Disagreed(words)) for words in disagreements]
        self._by_kind = by_kind

    def __call__(self, console: Console) -> None:
        print_families(self._runs, self._disagreements, console, by_kind=self._by_kind)


def rows_of(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines() if line.startswith("engine-")]


def test_a_family_is_a_table_with_what_each_target_is_faster() -> None:
    assert_matches("family_plain.txt", plain(Families(BEFORE, AFTER, DEAD, by_kind=True)))


def test_a_family_on_a_terminal_fits_its_width() -> None:
    text = on_terminal(Families(BEFORE, AFTER, DEAD, by_kind=True), 60)

    assert_matches("family_terminal_60.txt", text)
    assert max(map(len, text.splitlines())) <= 60


def test_the_before_comes_first_however_scenarios_are_sorted() -> None:
    assert rows_of(plain(Families(AFTER, BEFORE))) == ["engine-before", "engine-after"]


def test_without_a_before_the_first_is_what_others_are_held_against() -> None:
    twice = replace(AFTER, target="engine-peer", costs_ns=(83.1,))

    text = plain(Families(AFTER, twice))

    assert rows_of(text) == ["engine-after", "engine-peer"]
    assert "0.50 ×" in text  # the sign, and not a letter


def test_a_disagreement_is_said_in_the_place_of_agreement() -> None:
    text = plain(Families(BEFORE, AFTER, disagreements=["trade: 3 messages for `a`, 4 for `b`"]))

    assert "✘ digests disagree: trade: 3 messages for `a`, 4 for `b`" in text
    assert "agree:" not in text.replace("disagree:", "")


def test_a_damaged_histogram_is_named_with_its_run() -> None:
    run = AFTER.document()
    figures = tuple(structs.replace(it, histogram="damaged") for it in run.figures)
    damaged = structs.replace(run, figures=figures)

    with pytest.raises(RunError, match="engine-after-20261120-101500: a histogram is damaged"):
        print_families([damaged, run], [], Console(file=io.StringIO()))


@pytest.mark.parametrize("change", [{"digested": 500}, {"config": {"window": 8}}])
def test_targets_that_were_given_something_else_are_not_said_to_agree(
    change: dict[str, Any],
) -> None:
    text = plain(Families(BEFORE, replace(AFTER, **change)))

    assert "digests agree" not in text
    assert "? digest of engine-before of 1,000 messages was not compared" in text
    assert "? digest of engine-after of " in text


def test_a_run_alone_on_its_feed_has_no_family_table() -> None:
    on_another_feed = replace(BEFORE, feed_sha256="77" * 32)

    assert plain(Families(AFTER, on_another_feed)) == ""


def test_two_runs_of_one_target_go_by_their_scenarios() -> None:
    again = replace(AFTER, scenario="engine-wide")

    assert rows_of(plain(Families(AFTER, again))) == ["engine-after", "engine-wide"]


def test_a_failed_fork_is_named_under_the_table() -> None:
    text = plain(Families(BEFORE, JUDGED))

    assert "✘ engine-after: allocations fork 1 crashed at message 1,234" in text


def test_a_stall_of_the_machine_does_not_decide_which_target_is_faster() -> None:
    quick = {10: 100_000, 5_000_000_000: 1}
    steady = {20: 100_000}
    family = [
        MadeRun(target=name, times={"trade": {"parse": counts, "total": counts}})
        for name, counts in (("quick", quick), ("steady", steady))
    ]

    assert "by kind: quick 1, steady 0 of 1" in plain(Families(*family))
