"""Numbers with units, as people write and read them.

One place for both directions, so that a figure on the screen can be pasted into a budget.
"""

import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

NANOSECONDS: Final = {
    "ns": 1.0,
    "us": 1e3,
    "µs": 1e3,
    "ms": 1e6,
    "s": 1e9,
    "min": 60e9,
    "h": 3600e9,
}
"""Nanoseconds in one of each unit of time."""

DURATIONS: Final = {**NANOSECONDS, "m": 60e9, "d": 86_400e9}
"""The same where nothing but a length of time can be meant."""

BYTES: Final = {
    "B": 1.0,
    "kB": 1e3,
    "MB": 1e6,
    "GB": 1e9,
    "KiB": 2.0**10,
    "MiB": 2.0**20,
    "GiB": 2.0**30,
}
"""Bytes in one of each unit of size."""

MULTIPLES: Final = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}
"""What a suffix multiplies a plain number or a rate by."""

SHARES: Final = {"%": Fraction(1, 100)}
"""The part of a whole that one of each unit is. One percent has no exact `float`."""


def parse_ns(text: str) -> float:
    """Reads a time with its unit, as `50us`, in nanoseconds.

    Raises:
        ValueError: in words for who wrote it.
    """
    return _parsed(text, NANOSECONDS, "a time with its unit, such as `50us`")


def parse_duration(text: str) -> float:
    """Reads a length of time with its unit, as `10m` or `24h`, in seconds.

    Raises:
        ValueError: in words for who wrote it.
    """
    return _parsed(text, DURATIONS, "a length of time with its unit, such as `10m`") / 1e9


def parse_bytes(text: str) -> float:
    """Reads a size with its unit, as `64MiB`, in bytes.

    Raises:
        ValueError: in words for who wrote it.
    """
    return _parsed(text, BYTES, "a size with its unit, such as `64MiB`")


def parse_rate(text: str) -> float:
    """Reads a rate as `100k/s`, per second.

    Raises:
        ValueError: in words for who wrote it.
    """
    rates = {f"{prefix}/s": size for prefix, size in MULTIPLES.items()}
    return _parsed(text, rates, "a rate, such as `100k/s`")


def parse_share(text: str) -> Fraction:
    """Reads a part of a whole as `0.1%`, exactly.

    Raises:
        ValueError: in words for who wrote it, also of what is not from 0 % to 100 %.
    """
    found = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,12})?)\s*%", text.strip())
    share = Fraction(found[1]) * SHARES["%"] if found else None
    if share is None or share > 1:
        raise ValueError(f"`{text}` is not a share from 0% to 100%, such as `0.1%`")
    return share


def format_ns(value: float) -> str:
    """Formats a time given in nanoseconds to three significant digits: `8.31 ns`, `1.20 ms`."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if abs(value) >= size * 0.9995:
            return f"{_digits(value / size)} {unit}"
    return f"{_digits(value)} ns"


def format_bytes(value: float) -> str:
    """Formats a size given in bytes: `96 B`, `1.50 KiB`."""
    for unit in ("GiB", "MiB", "KiB"):
        if abs(value) >= BYTES[unit]:
            return f"{_digits(value / BYTES[unit])} {unit}"
    return f"{format_count(value)} B"


def format_growth(bytes_per_message: float) -> str:
    """Formats a growth given in bytes a message as that of a million: `1.50 KiB/Mmsg`.

    Under a byte in a million messages there is nothing to tell.
    """
    of_a_million = bytes_per_message * MULTIPLES["M"]
    return f"{format_bytes(0.0 if abs(of_a_million) < 1 else of_a_million)}/Mmsg"


def format_share(value: float) -> str:
    """Formats a part of a whole, given from 0 to 1: `0.0125 %`."""
    return f"{value * 100:.3g} %"


def format_rate(per_second: float) -> str:
    """Formats a rate given per second: `5.21 M/s`."""
    for suffix in ("G", "M", "k"):
        if abs(per_second) >= MULTIPLES[suffix] * 0.9995:
            return f"{_digits(per_second / MULTIPLES[suffix])} {suffix}/s"
    return f"{_digits(per_second)} /s"


def format_count(value: float) -> str:
    """Formats an amount per message: whole numbers plainly, others to three digits."""
    return f"{value:.0f}" if value == int(value) else _digits(value)


def format_amount(value: float, unit: str) -> str:
    """Formats an amount in a base unit.

    `ns`, `B`, `B/msg`, `/s`, `share`, `B/h`, `share/h`, or nothing for a count. A unit that is not
    known, as a later version of latprobe may write, is put behind the number.
    """
    form = _FORMS.get(unit)
    return f"{format_count(value)} {unit}" if form is None else form(value)


_FORMS: Final[Mapping[str, Callable[[float], str]]] = {
    "ns": format_ns,
    "B": format_bytes,
    "B/msg": format_growth,
    "/s": format_rate,
    "share": format_share,
    "": format_count,
    "B/h": lambda value: f"{format_bytes(value)}/h",
    "share/h": lambda value: f"{format_share(value)}/h",
}


def _parsed(text: str, units: Mapping[str, float], expected: str) -> float:
    found = re.fullmatch(
        r"([0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?)\s*(\D+)", text.strip()
    )
    size = units.get("".join(found[2].split()).replace("\u03bc", "\u00b5")) if found else None
    if found is None or size is None or not math.isfinite(value := float(found[1]) * size):
        raise ValueError(f"`{text}` is not {expected}")
    return value


def _digits(value: float) -> str:
    if value == 0:
        return "0"
    magnitude = abs(value)
    decimals = 0 if magnitude >= 99.95 else 1 if magnitude >= 9.995 else 2  # noqa: PLR2004
    if magnitude < 0.01:  # noqa: PLR2004
        return f"{value:.1e}"
    return f"{value:.{decimals}f}"
