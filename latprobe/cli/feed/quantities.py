"""Types of options that are a number with its unit, as click takes them: plain functions."""

from collections.abc import Callable

import click

from latprobe.units import parse_bytes, parse_ns, parse_rate


def seconds(text: str) -> float:
    """A time such as `10s`, in seconds."""
    return _above_zero(text, parse_ns) / 1e9


def seconds_or_none(text: str) -> float:
    """The same, where 0 is a time as well."""
    return 0.0 if text.strip() == "0" else seconds(text)


def size(text: str) -> int:
    """A size such as `64MiB`, in bytes."""
    return int(_above_zero(text, parse_bytes))


def time_or_size(text: str) -> tuple[float | None, int | None]:
    """A time such as `1h`, in seconds, or a size such as `1GiB`, in bytes."""
    try:
        return _above_zero(text, parse_ns) / 1e9, None
    except click.BadParameter:
        pass
    try:
        return None, size(text)
    except click.BadParameter as error:
        expected = "expected a time such as `1h`, or a size such as `1GiB`"
        raise click.BadParameter(f"`{text}`: {expected}") from error


def rate(text: str) -> float:
    """A rate such as `100k/s`, per second."""
    return _above_zero(text, parse_rate)


def _above_zero(text: str, parse: Callable[[str], float]) -> float:
    try:
        number = parse(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    if number <= 0:
        raise click.BadParameter(f"`{text}` is not above 0")
    return number
