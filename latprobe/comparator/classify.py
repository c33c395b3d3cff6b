"""From a ratio's interval, or from two counts, to what became of a figure."""

import math
from typing import Final

from latprobe.comparator.change_words import (
    exact_words,
    gone_words,
    is_better,
    new_words,
    percent,
    timed_words,
)
from latprobe.run.change import Change, Status
from latprobe.run.observation import Observation

TOLERANCE: Final = 0.02
"""What a timed figure may change by, where nothing else is said."""

NO_TOLERANCE: Final = "a tolerance over 0 % would, since no time is ever proven to be the same"
"""What would help where no change at all is to be proven."""

MOST_FORKS: Final = 100
"""More forks than that are no advice."""


def status_of(figure: str, interval: tuple[float, float], tolerance: float) -> Status:
    """What a ratio's interval proves.

    The burden lies with the change that is said to be small: one that is proven, and not proven to
    be within the tolerance, counts.

    Args:
        figure: The figure's name.
        interval: Where after for one of before lies.
        tolerance: The part that it may change by, such as 0.02.
    """
    low, high = interval
    if 1 - tolerance <= low and high <= 1 + tolerance:
        return "no change"
    if low > 1:
        return "better" if is_better(figure, more=True) else "worse"
    if high < 1:
        return "better" if is_better(figure, more=False) else "worse"
    return "unproven"


def timed_change(
    stage: str,
    kind: str | None,
    figure: str,
    unit: str,
    before: float,
    after: float,
    ratio: float,
    interval: tuple[float, float],
    *,
    tolerance: float = TOLERANCE,
    key: bool = False,
    advice: str = "",
    floor: float | None = None,
) -> Change:
    """A figure that has an interval, and what became of it.

    Args:
        stage: Stage, span or `total`.
        kind: Message kind, or None for all messages.
        figure: The figure's name.
        unit: Its unit, as in `Change`.
        before: On the first side.
        after: On the second.
        ratio: After for one of before, as it was estimated.
        interval: Where that lies, at the level at which this figure is tested.
        tolerance: The part that it may change by.
        key: Whether the exit code asks for it.
        advice: What would help if it is unproven.
        floor: The smallest change that this machine was found to see, where it is known: a change
            within a tolerance that is smaller is not proven to be.
    """
    status = status_of(figure, interval, tolerance)
    if status == "no change" and floor is not None and floor > tolerance:
        status, advice = "unproven", below_floor(floor)
    helps = advice if status == "unproven" else ""
    return Change(
        stage,
        kind,
        figure,
        unit,
        status,
        timed_words(status, figure, unit, ratio, interval, tolerance, helps),
        before,
        after,
        ratio,
        interval,
        key=key,
        tolerance=tolerance,
        reason=f"more than {percent(tolerance)} could be hidden" if helps else "",
        advice=helps,
    )


def below_floor(floor: float) -> str:
    """What is said of a tolerance that is below what a machine was found to see."""
    return (
        f"`latprobe calibrate` found that it sees changes from {percent(floor)} on: more forks, a "
        "CPU that nothing else uses, or the simulated counters would tell smaller ones"
    )


def exact_change(
    stage: str,
    kind: str | None,
    figure: str,
    unit: str,
    before: float,
    after: float,
    *,
    key: bool = False,
    simulated: bool = False,
) -> Change:
    """A figure that was counted, and what became of it: any difference counts."""
    status: Status = "no change"
    if before != after:
        status = "better" if is_better(figure, more=after > before) else "worse"
    ratio = after / before if before else None
    return Change(
        stage,
        kind,
        figure,
        unit,
        status,
        exact_words(figure, unit, before, after),
        before,
        after,
        ratio,
        None if ratio is None else (ratio, ratio),
        exact=True,
        simulated=simulated,
        key=key,
    )


def change_of_counts(before: Observation, after: Observation, *, key: bool) -> Change | None:
    """What became of a figure that both sides counted alike, or of which neither has any.

    None for one that is timed, or has no value.
    """
    if before.value is None or after.value is None:
        return None
    is_counted = before.exact and after.exact and before.simulated == after.simulated
    if not is_counted and not before.value == after.value == 0:
        return None
    return exact_change(
        after.stage,
        after.kind,
        after.figure,
        after.unit,
        before.value,
        after.value,
        key=key,
        simulated=after.simulated,
    )


def unproven_change(
    stage: str,
    kind: str | None,
    figure: str,
    unit: str,
    before: float | None,
    after: float | None,
    reason: str,
    advice: str,
    *,
    key: bool = False,
) -> Change:
    """A figure of which there is not enough to say anything."""
    words = f"this machine cannot tell: {reason}; {advice}"
    return Change(
        stage,
        kind,
        figure,
        unit,
        "unproven",
        words,
        before,
        after,
        key=key,
        reason=reason,
        advice=advice,
    )


def one_sided_change(
    stage: str,
    kind: str | None,
    figure: str,
    unit: str,
    before: float | None,
    after: float | None,
    *,
    is_new: bool,
    exact: bool = False,
) -> Change:
    """A figure that one of the sides alone has."""
    words = new_words(after, unit) if is_new else gone_words(before, unit)
    status: Status = "new" if is_new else "gone"
    return Change(stage, kind, figure, unit, status, words, before, after, exact=exact)


def advice_on_forks(forks: int, half_width: float, tolerance: float) -> str:
    """How many forks would tell a change of the tolerance, in words.

    An interval narrows with the square root of the number of forks.

    Args:
        forks: How many there were on each side.
        half_width: Half the width of the interval of the ratio.
        tolerance: What is to be told.
    """
    if tolerance <= 0:
        return NO_TOLERANCE
    needed = math.ceil(forks * (half_width / tolerance) ** 2)
    if needed > MOST_FORKS:
        return (
            "a CPU that nothing else uses would, or the simulated counters (`--simulate`), which "
            "repeat exactly"
        )
    return f"some {max(needed, forks + 1)} forks instead of {forks} would"
