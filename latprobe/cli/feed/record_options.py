"""The options of `latprobe feed record` that say how a connection is made and read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from latprobe.cli.feed.options import FRAMING_NAMES, PATH
from latprobe.cli.feed.quantities import seconds, size
from latprobe.feed.record.source import SourceOptions, login_from, requests_from
from latprobe.feed.transport.framing import FRAMINGS
from latprobe.feed.transport.soupbintcp import SOUPBINTCP

_Command = TypeVar("_Command", bound=Callable[..., Any])

_FRAMINGS = "; ".join(
    [*(f"{it.name}: {it.summary}" for it in FRAMINGS.values()), f"{SOUPBINTCP}: with a login"]
)

_OPTIONS: Final = (
    click.option("--channel", default="", help="File all messages under this; else what URL says."),
    click.option("--per-sender", is_flag=True, help="udp: file datagrams under who sent them."),
    click.option(
        "--interface", default="", help="udp: join by this interface, its name or address."
    ),
    click.option(
        "--receive-buffer",
        type=size,
        metavar="SIZE",
        default="64MiB",
        show_default=True,
        help="udp: the kernel's room for datagrams that wait.",
    ),
    click.option("--framing", type=click.Choice(FRAMING_NAMES), help=f"tcp: {_FRAMINGS}."),
    click.option(
        "--login",
        metavar="FILE",
        type=PATH,
        help="soupbintcp: FILE has the user on its first line and the password on its second.",
    ),
    click.option(
        "--session", default="", help="soupbintcp: name of the session; else the current."
    ),
    click.option(
        "--sequence",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="soupbintcp: the message wanted first; 1: the session's first, 0: what comes next.",
    ),
    click.option(
        "--subscribe",
        "subscribe",
        metavar="FILE",
        type=PATH,
        help="Send each line of FILE as a message, whenever a connection is made.",
    ),
    click.option(
        "--header", "headers", metavar="'NAME: VALUE'", multiple=True, help="ws: of the handshake."
    ),
    click.option("--ca-file", type=PATH, help="wss: trust the certificates in this file alone."),
    click.option(
        "--ping-every",
        type=seconds,
        metavar="TIME",
        default="20s",
        show_default=True,
        help="ws: send a ping so often; no answer until the next one is due is taken for a loss.",
    ),
    click.option("--no-reconnect", is_flag=True, help="End when the connection does."),
)


def connection_options(command: _Command) -> _Command:
    """Gives a command the options; `source_options_from` reads what was given."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def source_options_from(
    *,
    framing: str | None,
    login: Path | None,
    subscribe: Path | None,
    headers: tuple[str, ...],
    ping_every: float,
    receive_buffer: int,
    no_reconnect: bool,
    **others: Any,
) -> SourceOptions:
    """What was given on the command line.

    Raises:
        click.BadParameter: A header cannot be read.
        LatprobeError: A file of a login or of requests cannot be read.
    """
    return SourceOptions(
        framing=framing or "",
        login=login_from(login) if login else ("", ""),
        requests=requests_from(subscribe) if subscribe else (),
        headers=tuple(map(_header, headers)),
        ping_every_s=ping_every,
        receive_buffer_bytes=receive_buffer,
        reconnect=not no_reconnect,
        **others,
    )


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip() or not text.isprintable():
        raise click.BadParameter("expected 'NAME: VALUE'", param_hint="--header")
    return name.strip(), value.strip()
