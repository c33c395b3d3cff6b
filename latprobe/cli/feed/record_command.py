"""`latprobe feed record`: record a live feed."""

from pathlib import Path

import click

from latprobe.cli.feed.live_line import LiveLine, live_line
from latprobe.cli.feed.options import FRAMING_NAMES, JSON, PATH
from latprobe.cli.feed.quantities import seconds, size, time_or_size
from latprobe.cli.feed.recorded import print_recorded
from latprobe.feed.record.receive_loop import Ending, RecordProgress, Rotation
from latprobe.feed.record.record import RecordOptions, check_place, record
from latprobe.feed.record.source import SourceOptions, login_from, open_source, requests_from
from latprobe.feed.transport.address import address_from
from latprobe.feed.transport.framing import FRAMINGS
from latprobe.feed.transport.soupbintcp import SOUPBINTCP
from latprobe.feed.transport.stop import stop_on_signals
from latprobe.units import format_bytes, format_ns, format_rate

_FRAMINGS = "; ".join(
    [*(f"{it.name}: {it.summary}" for it in FRAMINGS.values()), f"{SOUPBINTCP}: with a login"]
)


@click.command("record")
@click.argument("url", metavar="URL")
@click.argument("out", metavar="OUT", type=PATH)
@click.option("--protocol", default="", help="Language of the payloads, such as json or itch50.")
@click.option("--channel", default="", help="File all messages under this; else what URL says.")
@click.option("--per-sender", is_flag=True, help="udp: file datagrams under who sent them.")
@click.option("--interface", default="", help="udp: join by this interface, its name or address.")
@click.option(
    "--receive-buffer",
    type=size,
    metavar="SIZE",
    default="64MiB",
    show_default=True,
    help="udp: the kernel's room for datagrams that wait.",
)
@click.option("--framing", type=click.Choice(FRAMING_NAMES), help=f"tcp: {_FRAMINGS}.")
@click.option(
    "--login",
    metavar="FILE",
    type=PATH,
    help="soupbintcp: FILE has the user on its first line and the password on its second.",
)
@click.option("--session", default="", help="soupbintcp: name of the session; else the current.")
@click.option(
    "--sequence",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="soupbintcp: the message wanted first; 1: the session's first, 0: what comes next.",
)
@click.option(
    "--subscribe",
    "subscribe",
    metavar="FILE",
    type=PATH,
    help="Send each line of FILE as a message, whenever a connection is made.",
)
@click.option(
    "--header", "headers", metavar="'NAME: VALUE'", multiple=True, help="ws: of the handshake."
)
@click.option("--ca-file", type=PATH, help="wss: trust the certificates in this file alone.")
@click.option(
    "--ping-every",
    type=seconds,
    metavar="TIME",
    default="20s",
    show_default=True,
    help="ws: send a ping so often; no answer until the next one is due is taken for a loss.",
)
@click.option("--no-reconnect", is_flag=True, help="End when the connection does.")
@click.option("--for", "after_s", type=seconds, metavar="TIME", help="End after this time.")
@click.option("--messages", type=click.IntRange(min=1), help="End after so many messages.")
@click.option(
    "--rotate",
    type=time_or_size,
    metavar="TIME|SIZE",
    help="Go on in another file after so long, as 1h, or so much payload, as 1GiB; the names are "
    "OUT's with the moment at which each begins.",
)
@click.option(
    "--flush-every",
    type=seconds,
    metavar="TIME",
    default="1s",
    show_default=True,
    help="How much a kill or a crash can cost.",
)
@JSON
def record_command(
    url: str,
    out: Path,
    protocol: str,
    channel: str,
    interface: str,
    receive_buffer: int,
    framing: str | None,
    login: Path | None,
    session: str,
    sequence: int,
    subscribe: Path | None,
    headers: tuple[str, ...],
    ca_file: Path | None,
    ping_every: float,
    after_s: float | None,
    messages: int | None,
    rotate: tuple[float | None, int | None] | None,
    flush_every: float,
    *,
    per_sender: bool,
    no_reconnect: bool,
    as_json: bool,
) -> None:
    """Record the live feed at URL as the feed OUT, until Ctrl-C.

    URL is ws://host/path, wss://host/path, udp://group:port, udp://sender@group:port,
    udp://own-address:port or tcp://host:port.

    What was received is flushed to OUT.part, which becomes OUT at the end. After a kill or a
    crash, `latprobe feed import OUT.part OUT` makes a feed of all that was flushed.
    """
    address = address_from(url)
    options = SourceOptions(
        framing=framing or "",
        login=login_from(login) if login else ("", ""),
        session=session,
        sequence=sequence,
        requests=requests_from(subscribe) if subscribe else (),
        headers=tuple(map(_header, headers)),
        ping_every_s=ping_every,
        ca_file=ca_file,
        channel=channel,
        per_sender=per_sender,
        interface=interface,
        receive_buffer_bytes=receive_buffer,
        reconnect=not no_reconnect,
    )
    check_place(out)
    with stop_on_signals() as stop, live_line() as line:
        line.show(f"connecting to {address.shown}")
        source = open_source(address, options, stop)
        how = RecordOptions(
            protocol=protocol,
            described=f"recorded from {address.shown}",
            flush_every_s=flush_every,
            ending=Ending(after_s, messages),
            rotation=Rotation(*rotate) if rotate else Rotation(),
        )
        recorded = record(source, out, how, stop, _Shown(line))
    print_recorded(recorded, source.buffer_bytes, receive_buffer, as_json=as_json)


class _Shown:
    """Shows progress, with the rate since it was last shown."""

    def __init__(self, line: LiveLine) -> None:
        self._line = line
        self._messages, self._elapsed_s = 0, 0.0

    def __call__(self, progress: RecordProgress) -> None:
        if progress.elapsed_s < self._elapsed_s:
            self._messages, self._elapsed_s = 0, 0.0
        passed_s = progress.elapsed_s - self._elapsed_s
        rate = (progress.messages - self._messages) / passed_s if passed_s > 0 else 0.0
        self._messages, self._elapsed_s = progress.messages, progress.elapsed_s
        facts = [
            f"{progress.messages:,} messages",
            format_rate(rate),
            format_bytes(progress.payload_bytes),
            format_ns(progress.elapsed_s * 1e9),
        ]
        if progress.gaps:
            facts.append(f"{progress.gaps:,} gaps")
        if progress.dropped:
            facts.append(f"{progress.dropped:,} dropped")
        if progress.state:
            facts.append(progress.state)
        self._line.show("  ".join(facts))


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip() or not text.isprintable():
        raise click.BadParameter("expected 'NAME: VALUE'", param_hint="--header")
    return name.strip(), value.strip()
