"""The options of `latprobe feed import` that are for some formats alone."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from latprobe.feed.importers.importer import ImportOptions
from latprobe.feed.importers.moments import nanoseconds_from_moment
from latprobe.feed.importers.times import midnight_from_text
from latprobe.units import NANOSECONDS, parse_ns

_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPTIONS: Final = (
    click.option(
        "--date",
        "day",
        metavar="DATE",
        help="itch50: midnight from which it counts its times: 2019-12-30 (UTC), or "
        "2019-12-30T00:00-05:00. Without it: 1970-01-01.",
    ),
    click.option(
        "--protocol",
        metavar="NAME",
        default="",
        help="Language of the payloads, where the format can carry any: json, fix, …",
    ),
    click.option(
        "--http", is_flag=True, help="capture-log: answers to HTTP requests are messages as well."
    ),
    click.option(
        "--check",
        is_flag=True,
        help="fix: a message whose body length or checksum is wrong is bad input.",
    ),
    click.option(
        "--time-key",
        metavar="PATH",
        default="",
        help="msgpack: where a message has its time: keys, and places in arrays, joined by dots, "
        "as data.E or 0.ts.",
    ),
    click.option(
        "--time-field",
        metavar="PATH",
        default="",
        help="protobuf: where a message has its time: field numbers joined by dots, as 3 or 1.2.",
    ),
    click.option(
        "--start",
        metavar="TIME",
        help="msgpack, protobuf: receive time of the first message, where none has one: "
        "2024-01-02T15:00:00Z, or a number since 1970. Without it: 0.",
    ),
    click.option(
        "--interval",
        metavar="TIME",
        help="msgpack, protobuf: how much later each further message is received: 50us. Without "
        "it: 1ns.",
    ),
    click.option(
        "--length-prefix",
        type=click.Choice(["varint", "be32", "le32"]),
        default="varint",
        show_default=True,
        help="protobuf: how the length before each message is written.",
    ),
    click.option(
        "--time-column",
        metavar="NAME",
        default="",
        help="csv, parquet, arrow: the column of receive times.",
    ),
    click.option("--payload-column", metavar="NAME", default="", help="… that of the payloads."),
    click.option("--channel-column", metavar="NAME", default="", help="… that of the channels."),
    click.option(
        "--payload-encoding",
        type=click.Choice(["raw", "base64", "hex"]),
        default="raw",
        show_default=True,
        help="csv, parquet, arrow: how payloads are written.",
    ),
)


def import_options(command: _Command) -> _Command:
    """Gives a command the options; `options_from` reads what was given."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def options_from(
    day: str | None, start: str | None, interval: str | None, **others: Any
) -> ImportOptions:
    """What was given on the command line.

    Raises:
        click.BadParameter: A time cannot be read.
    """
    return ImportOptions(
        midnight_ns=_midnight(day) if day else 0,
        start_ns=_start(start) if start else 0,
        interval_ns=_interval(interval) if interval else 1,
        **others,
    )


def _midnight(day: str) -> int:
    try:
        return midnight_from_text(day)
    except ValueError as error:
        expected = "expected a date such as 2019-12-30 or 2019-12-30T00:00-05:00"
        raise click.BadParameter(expected, param_hint="--date") from error


def _start(text: str) -> int:
    start_ns = nanoseconds_from_moment(text.encode())
    if start_ns is None:
        expected = "expected a time such as 2024-01-02T15:00:00Z, or a number since 1970"
        raise click.BadParameter(expected, param_hint="--start")
    return start_ns


def _interval(text: str) -> int:
    try:
        interval_ns = parse_ns(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--interval") from error
    if not 1 <= interval_ns <= NANOSECONDS["h"]:
        expected = "expected a time from 1ns to 1h"
        raise click.BadParameter(expected, param_hint="--interval")
    return round(interval_ns)
