"""Options of `latprobe feed import` that say what is wanted of a capture."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

import click

from latprobe.feed.importers.capture_options import FRAMINGS, CaptureOptions

_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPTIONS: Final = (
    click.option(
        "--framing",
        type=click.Choice(FRAMINGS),
        default="none",
        show_default=True,
        help="What messages are wrapped in. none: a UDP datagram, or what a TCP segment brings, "
        "is a message.",
    ),
    click.option(
        "--port",
        "ports",
        type=click.IntRange(1, 65_535),
        multiple=True,
        help="Only packets from or to this port; more than once for several.",
    ),
    click.option(
        "--group",
        "groups",
        metavar="ADDRESS[/BITS]",
        multiple=True,
        help="Only packets to this multicast group; more than once for several.",
    ),
    click.option(
        "--address",
        "addresses",
        metavar="ADDRESS[/BITS]",
        multiple=True,
        help="Only packets from or to this address; more than once for several.",
    ),
    click.option(
        "--arbitrate",
        is_flag=True,
        help="Make lines that carry the same one: of each sequence number, the first copy stays.",
    ),
    click.option(
        "--lines",
        metavar="A=B",
        multiple=True,
        help="Lines that carry the same, where packets do not say it: "
        "224.0.31.1:14310=224.0.32.1:15310; more than once for several feeds.",
    ),
)


def capture_options(command: _Command) -> Callable[..., Any]:
    """Adds the options to a command, which gets them as `capture`."""

    @wraps(command)
    def with_capture(*args: Any, lines: tuple[str, ...], **named: Any) -> Any:
        own = {name: named.pop(name) for name in ("framing", "ports", "groups", "addresses")}
        feeds = tuple(tuple(text.split("=")) for text in lines)
        capture = CaptureOptions(**own, arbitrate=named.pop("arbitrate"), lines=feeds)
        return command(*args, capture=capture, **named)

    for option in reversed(_OPTIONS):
        with_capture = option(with_capture)
    return with_capture
