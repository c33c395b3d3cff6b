"""The options of `latprobe feed serve` that say how fast a feed is sent, and over what."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from latprobe.cli.feed.options import FRAMING_NAMES, PATH
from latprobe.cli.feed.quantities import rate as rate_type
from latprobe.cli.feed.quantities import size
from latprobe.feed.serve.open_sink import SinkOptions
from latprobe.feed.serve.schedule import Pace

_Command = TypeVar("_Command", bound=Callable[..., Any])

_PACE: Final = (
    click.option(
        "--speed", type=click.FloatRange(min=0, min_open=True), help="Times its own pace."
    ),
    click.option("--rate", type=rate_type, metavar="RATE", help="Evenly, as 100k/s."),
    click.option(
        "--as-fast-as-possible", is_flag=True, help="Without a plan; clients are waited for."
    ),
)

_SINK: Final = (
    click.option(
        "--client-buffer",
        type=size,
        metavar="SIZE",
        default="16MiB",
        show_default=True,
        help="ws, tcp: a client for whom more than this waits is disconnected.",
    ),
    click.option("--framing", type=click.Choice(FRAMING_NAMES), help="tcp: as for `feed record`."),
    click.option("--cert", type=PATH, help="wss: certificate (PEM)."),
    click.option("--key", type=PATH, help="wss: its key, where it is not in the same file."),
    click.option(
        "--binary", is_flag=True, help="ws: binary frames alone; else text where it is UTF-8."
    ),
    click.option("--deflate", is_flag=True, help="ws: compress for clients that offer it."),
    click.option("--interface", default="", help="udp: send to a group through this interface."),
    click.option(
        "--ttl",
        type=click.IntRange(0, 255),
        default=1,
        show_default=True,
        help="udp: how far a multicast goes; 1: the local network.",
    ),
)


def pace_options(command: _Command) -> _Command:
    """Gives a command the options of a pace; `pace_from` reads what was given."""
    for option in reversed(_PACE):
        command = option(command)
    return command


def sink_options(command: _Command) -> _Command:
    """Gives a command the options of a sink; `sink_options_from` reads what was given."""
    for option in reversed(_SINK):
        command = option(command)
    return command


def pace_from(speed: float | None, rate: float | None, *, as_fast_as_possible: bool) -> Pace:
    """What was given on the command line.

    Raises:
        click.UsageError: More than one of them was.
    """
    if (speed is not None) + (rate is not None) + as_fast_as_possible > 1:
        raise click.UsageError("--speed, --rate and --as-fast-as-possible exclude each other")
    if as_fast_as_possible:
        return Pace()
    return Pace(rate=rate) if rate is not None else Pace(speed=speed if speed is not None else 1.0)


def sink_options_from(
    pace: Pace,
    *,
    framing: str | None,
    client_buffer: int,
    cert: Path | None,
    key: Path | None,
    ttl: int,
    **others: Any,
) -> SinkOptions:
    """What was given on the command line."""
    return SinkOptions(
        framing=framing or "",
        planned=pace.planned,
        client_buffer_bytes=client_buffer,
        certificate=cert,
        key=key,
        hops=ttl,
        **others,
    )
