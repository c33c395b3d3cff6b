"""Amounts as tables and verdicts show them."""

from typing import Final

from latprobe.units import format_amount, format_ns

MISSING: Final = "–"  # a dash as tables have it
"""Stands where a figure is not there."""

_TIMES: Final = "×"  # the sign, and not a letter

_SHOWN_WHOLE_BELOW_NS: Final = 1000


def time_text(ns: float) -> str:
    """A time in nanoseconds: whole ones under a microsecond plainly, others to three digits.

    A quantile comes in whole nanoseconds, and `40.0 ns` would claim to know the tenth.
    """
    if ns == int(ns) and abs(ns) < _SHOWN_WHOLE_BELOW_NS:
        return f"{int(ns)} ns"
    return format_ns(ns)


def step_text(granularity_ns: float) -> str:
    """A clock's step in nanoseconds, to three digits, without zeros that say nothing."""
    if granularity_ns < _SHOWN_WHOLE_BELOW_NS:
        return f"{granularity_ns:.3g} ns"
    return format_ns(granularity_ns)


def ratio_text(ratio: float) -> str:
    """How many times as much, to three digits: `1.25 ×`."""
    if ratio >= 99.95:  # noqa: PLR2004
        return f"{ratio:,.0f} {_TIMES}"
    decimals = 1 if ratio >= 9.995 else 2  # noqa: PLR2004
    return f"{ratio:.{decimals}f} {_TIMES}"


def messages_text(count: int) -> str:
    """`1 message`, `20,000 messages`."""
    return "1 message" if count == 1 else f"{count:,} messages"


def amount_text(value: float, unit: str) -> str:
    """An amount in a verdict's base unit, as `format_amount`, but for times."""
    return time_text(value) if unit == "ns" else format_amount(value, unit)
