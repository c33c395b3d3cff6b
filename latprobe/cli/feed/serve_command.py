"""`latprobe feed serve`: play a feed to real clients."""

import os
from dataclasses import replace
from pathlib import Path

import click

from latprobe.cli.feed.live_line import LiveLine, live_line
from latprobe.cli.feed.options import FRAMING_NAMES, JSON, PATH
from latprobe.cli.feed.quantities import rate as rate_type
from latprobe.cli.feed.quantities import seconds, seconds_or_none, size
from latprobe.cli.feed.served import print_served
from latprobe.errors import FeedError
from latprobe.feed.reader import open_feed
from latprobe.feed.serve.open_sink import SinkOptions, open_sink
from latprobe.feed.serve.player import ServeOptions, ServeProgress
from latprobe.feed.serve.schedule import Pace
from latprobe.feed.serve.serve import serve
from latprobe.feed.serve.stream_sink import StreamSink
from latprobe.feed.transport.address import Address, address_from
from latprobe.feed.transport.stop import stop_on_signals
from latprobe.units import format_bytes, format_ns, format_rate


@click.command("serve")
@click.argument("path", metavar="FEED", type=PATH)
@click.argument("url", metavar="URL")
@click.option("--speed", type=click.FloatRange(min=0, min_open=True), help="Times its own pace.")
@click.option("--rate", type=rate_type, metavar="RATE", help="Evenly, as 100k/s.")
@click.option("--as-fast-as-possible", is_flag=True, help="Without a plan; clients are waited for.")
@click.option("--channel", "channels", multiple=True, help="Only this channel; may be repeated.")
@click.option("--loop", is_flag=True, help="Again from the start, until Ctrl-C.")
@click.option("--for", "after_s", type=seconds, metavar="TIME", help="End after this time.")
@click.option(
    "--wait-for-clients",
    "clients",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="ws, tcp: begin when so many are connected.",
)
@click.option(
    "--client-buffer",
    type=size,
    metavar="SIZE",
    default="16MiB",
    show_default=True,
    help="ws, tcp: a client for whom more than this waits is disconnected.",
)
@click.option("--framing", type=click.Choice(FRAMING_NAMES), help="tcp: as for `feed record`.")
@click.option("--cert", type=PATH, help="wss: certificate (PEM).")
@click.option("--key", type=PATH, help="wss: its key, where it is not in the same file.")
@click.option(
    "--binary", is_flag=True, help="ws: binary frames alone; else text where it is UTF-8."
)
@click.option("--deflate", is_flag=True, help="ws: compress for clients that offer it.")
@click.option("--interface", default="", help="udp: send to a group through this interface.")
@click.option(
    "--ttl",
    type=click.IntRange(0, 255),
    default=1,
    show_default=True,
    help="udp: how far a multicast goes; 1: the local network.",
)
@click.option(
    "--spin",
    type=seconds_or_none,
    metavar="TIME",
    default="100us",
    show_default=True,
    help="Keep the processor busy for so long before each message, to be on time; 0: sleep.",
)
@click.option("--sent", type=PATH, metavar="OUT", help="Write a feed of what was sent when.")
@JSON
def serve_command(
    path: Path,
    url: str,
    speed: float | None,
    rate: float | None,
    channels: tuple[str, ...],
    after_s: float | None,
    clients: int,
    client_buffer: int,
    framing: str | None,
    cert: Path | None,
    key: Path | None,
    interface: str,
    ttl: int,
    spin: float,
    sent: Path | None,
    *,
    as_fast_as_possible: bool,
    loop: bool,
    binary: bool,
    deflate: bool,
    as_json: bool,
) -> None:
    """Play FEED to clients at URL, at its own pace unless told otherwise.

    URL is ws://127.0.0.1:port, wss://127.0.0.1:port or tcp://127.0.0.1:port, to be listened at, or
    udp://group:port or udp://host:port, to be sent to.

    Each message has a time at which it is due. No client can shift it: what one does not take in
    time waits for it, up to --client-buffer, then it is disconnected.
    """
    pace = _pace(speed, rate, as_fast_as_possible=as_fast_as_possible)
    address = address_from(url)
    feed = open_feed(path)
    sink_options = SinkOptions(
        framing=framing or "",
        planned=pace.planned,
        client_buffer_bytes=client_buffer,
        certificate=cert,
        key=key,
        binary=binary,
        deflate=deflate,
        interface=interface,
        hops=ttl,
    )
    options = ServeOptions(
        pace=pace,
        channels=frozenset(channels),
        rounds=None if loop else 1,
        after_s=after_s,
        clients=0 if address.scheme == "udp" else clients,
        spin_ns=round(spin * 1e9),
        sent=_sent(sent, path),
    )
    with stop_on_signals() as stop, live_line() as line:
        sink = open_sink(address, sink_options, stop)
        if isinstance(sink, StreamSink) and address.port == 0:
            address = replace(address, port=sink.port)
            click.echo(f"serving at {address.shown}", err=True)
        served = serve(
            feed, sink, f"served at {address.shown}", options, stop, _Shown(line, address)
        )
    print_served(served, address, pace, as_json=as_json)


def _pace(speed: float | None, rate: float | None, *, as_fast_as_possible: bool) -> Pace:
    if (speed is not None) + (rate is not None) + as_fast_as_possible > 1:
        raise click.UsageError("--speed, --rate and --as-fast-as-possible exclude each other")
    if as_fast_as_possible:
        return Pace()
    return Pace(rate=rate) if rate is not None else Pace(speed=speed if speed is not None else 1.0)


def _sent(sent: Path | None, feed: Path) -> Path | None:
    if sent is not None and sent.exists() and os.path.samefile(sent, feed):
        raise FeedError(sent, None, "is the feed itself; name another file for what is sent")
    return sent


class _Shown:
    """Shows progress."""

    def __init__(self, line: LiveLine, address: Address) -> None:
        self._line = line
        self._address = address

    def __call__(self, progress: ServeProgress) -> None:
        if progress.waiting_for:
            there = f"{progress.clients} of {progress.waiting_for} clients are there"
            self._line.show(f"listening at {self._address.shown}: {there}")
            return
        elapsed_s = progress.elapsed_s
        mean = progress.messages / elapsed_s if elapsed_s > 0 else 0.0
        facts = [
            f"{progress.messages:,} messages",
            format_rate(mean),
            format_bytes(progress.payload_bytes),
            format_ns(elapsed_s * 1e9),
        ]
        if self._address.scheme != "udp":
            facts.append(f"{progress.clients} clients")
        self._line.show("  ".join(facts))
