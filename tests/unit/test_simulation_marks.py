"""What observing marks executes is taken off the stages."""

from fractions import Fraction

import pytest

from latprobe.driver.simulation.marks import marks_of_stage


def test_a_stage_that_begins_with_the_message_ends_at_one_mark() -> None:
    """A call of 5 beside the 3 of a mark that switches nothing; up to a switch there are 8."""
    assert marks_of_stage("instructions", Fraction(8), 100, 0, "x86_64") == 100 * (5 + 8)


def test_a_stage_that_begins_at_a_mark_has_what_follows_its_switch_as_well() -> None:
    assert marks_of_stage("instructions", Fraction(8), 100, 40, "x86_64") == 1_300 + 40


def test_marks_that_were_compiled_unlike_each_other_count_as_their_mean() -> None:
    assert marks_of_stage("instructions", Fraction(25, 3), 3, 0, "x86_64") == 40


@pytest.mark.parametrize("event", ["L1d-misses", "branch-misses", "LLC-misses"])
def test_misses_are_left_as_they_are(event: str) -> None:
    assert marks_of_stage(event, Fraction(1), 100, 100, "x86_64") == 0


def test_a_processor_whose_marks_are_not_known_has_nothing_taken_off() -> None:
    assert marks_of_stage("instructions", Fraction(8), 100, 0, "vax") == 0
