"""What is said of a figure on two sides: `slower by 3.1 % [1.8, 4.4]`."""

from typing import Final

from latprobe.run.change import Status
from latprobe.units import format_amount

_TIMES: Final = "×"
_IN_PERCENT_BELOW: Final = 3.0
"""Beyond three times as much, a percentage is harder to read than the ratio."""

MORE_IS_BETTER: Final = frozenset(("throughput", "IPC"))
"""Figures of which more is better. Of all others, less is."""

_LEVELS: Final = frozenset(("throughput", "IPC", "branch-miss-rate", "L1d-miss-rate"))
"""What is neither a time nor a number of things, and so is higher or lower."""


def direction(figure: str, unit: str, *, more: bool) -> str:
    """`slower` or `faster` for times, `more` or `fewer` for counts, `higher` or `lower` for rates.

    Args:
        figure: The figure's name.
        unit: Its unit, as in `Change`.
        more: Whether it is more than before.
    """
    if figure in _LEVELS:
        return "higher" if more else "lower"
    if unit == "ns":
        return "slower" if more else "faster"
    return "more" if more else ("less" if unit == "B" else "fewer")


def is_better(figure: str, *, more: bool) -> bool:
    """Whether more of a figure, or less, is what one wants."""
    return more == (figure in MORE_IS_BETTER)


def timed_words(
    status: Status,
    figure: str,
    unit: str,
    ratio: float,
    interval: tuple[float, float],
    tolerance: float,
    advice: str = "",
) -> str:
    """What is said of a figure that has an interval.

    Args:
        status: `worse`, `better`, `no change` or `unproven`.
        figure: The figure's name.
        unit: Its unit.
        ratio: After for one of before.
        interval: Where the ratio lies.
        tolerance: The part that it may change by.
        advice: What would help where it is unproven: `12 forks instead of 5 would`.
    """
    low, high = interval
    if status == "no change":
        words = f"no change within {percent(tolerance)}"
        proven = low > 1 or high < 1
        return f"{words} ({_moved(figure, unit, ratio, interval)})" if proven else words
    if status != "unproven":
        return _moved(figure, unit, ratio, interval)
    words = f"this machine cannot tell: {_end(figure, unit, low)} to {_end(figure, unit, high)}"
    if low <= 1 / _IN_PERCENT_BELOW and high >= _IN_PERCENT_BELOW:
        words = "this machine cannot tell: less than a third to more than three times as much"
    return f"{words}; {advice}" if advice else words


def exact_words(figure: str, unit: str, before: float, after: float) -> str:
    """What is said of a figure that was counted: `more by 33.3 %, exactly`."""
    if before == after:
        return "the same, exactly"
    word = direction(figure, unit, more=after > before)
    if before == 0:
        return f"{word}, exactly: there was none"
    if after == 0:
        return f"{word}, exactly: there is none now"
    ratio = after / before
    if ratio >= _IN_PERCENT_BELOW:
        return f"{word}, exactly {ratio:.2f} {_TIMES}"
    return f"{word} by {percent(abs(ratio - 1))}, exactly"


def new_words(after: float | None, unit: str) -> str:
    """What is said of a figure that the second side alone has."""
    if after is None:
        return "new: there is nothing to hold it against"
    return f"new: {format_amount(after, unit)}, and nothing to hold it against"


def gone_words(before: float | None, unit: str) -> str:
    """What is said of a figure that the first side alone has."""
    return "gone" if before is None else f"gone: it was {format_amount(before, unit)}"


def percent(part: float) -> str:
    """A part as a percentage, as fine as it matters: `3.1 %`, `0.04 %`, `120 %`."""
    return f"{_number(part * 100)} %"


def _moved(figure: str, unit: str, ratio: float, interval: tuple[float, float]) -> str:
    low, high = interval
    word = direction(figure, unit, more=ratio > 1)
    if ratio >= _IN_PERCENT_BELOW:
        return f"{word}, {ratio:.2f} {_TIMES} [{low:.2f}, {high:.2f}]"
    sign = 1 if ratio > 1 else -1
    ends = sorted((sign * (low - 1), sign * (high - 1)))
    least, most = (_number(end * 100) for end in ends)
    return f"{word} by {percent(abs(ratio - 1))} [{least}, {most}]"


def _end(figure: str, unit: str, ratio: float) -> str:
    if ratio == 1:
        return "no change"
    if ratio >= _IN_PERCENT_BELOW:
        return f"more than 200 % {direction(figure, unit, more=True)}"
    return f"{percent(abs(ratio - 1))} {direction(figure, unit, more=ratio > 1)}"


def _number(value: float) -> str:
    """Two digits at least, and no decimals that say nothing."""
    magnitude = abs(value)
    if magnitude >= 99.5:  # noqa: PLR2004
        return f"{value:.0f}"
    if magnitude >= 0.95 or magnitude == 0:  # noqa: PLR2004
        return f"{value:.1f}".removesuffix(".0")
    return f"{value:.2f}" if magnitude >= 0.095 else f"{value:.1g}"  # noqa: PLR2004
