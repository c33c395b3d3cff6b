"""`latprobe feed serve`: play a feed to real clients."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from latprobe.cli.feed.live_line import LiveLine, live_line
from latprobe.cli.feed.options import JSON, PATH
from latprobe.cli.feed.quantities import seconds, seconds_or_none
from latprobe.cli.feed.serve_options import (
    pace_from,
    pace_options,
    sink_options,
    sink_options_from,
)
from latprobe.cli.feed.served import print_served
from latprobe.errors import FeedError
from latprobe.feed.reader import open_feed
from latprobe.feed.serve.open_sink import open_sink
from latprobe.feed.serve.player import ServeOptions, ServeProgress
from latprobe.feed.serve.serve import serve
from latprobe.feed.serve.stream_sink import StreamSink
from latprobe.feed.transport.address import Address, address_from
from latprobe.feed.transport.stop import stop_on_signals
from latprobe.units import format_bytes, format_ns, format_rate


@click.command("serve")
@click.argument("path", metavar="FEED", type=PATH)
@click.argument("url", metavar="URL")
@pace_options
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
@sink_options
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
    spin: float,
    sent: Path | None,
    *,
    as_fast_as_possible: bool,
    loop: bool,
    as_json: bool,
    **of_sink: Any,
) -> None:
    """Play FEED to clients at URL, at its own pace unless told otherwise.

    URL is ws://127.0.0.1:port, wss://127.0.0.1:port or tcp://127.0.0.1:port, to be listened at, or
    udp://group:port or udp://host:port, to be sent to.

    Each message has a time at which it is due. No client can shift it: what one does not take in
    time waits for it, up to --client-buffer, then it is disconnected.
    """
    pace = pace_from(speed, rate, as_fast_as_possible=as_fast_as_possible)
    address = address_from(url)
    feed = open_feed(path)
    how = sink_options_from(pace, **of_sink)
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
        sink = open_sink(address, how, stop)
        if isinstance(sink, StreamSink) and address.port == 0:
            address = replace(address, port=sink.port)
            click.echo(f"serving at {address.shown}", err=True)
        served = serve(
            feed, sink, f"served at {address.shown}", options, stop, _Shown(line, address)
        )
    print_served(served, address, pace, as_json=as_json)


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
