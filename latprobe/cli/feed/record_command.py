"""`latprobe feed record`: record a live feed."""

from pathlib import Path
from typing import Any

import click

from latprobe.cli.feed.live_line import LiveLine, live_line
from latprobe.cli.feed.options import JSON, PATH
from latprobe.cli.feed.quantities import seconds, time_or_size
from latprobe.cli.feed.record_options import connection_options, source_options_from
from latprobe.cli.feed.recorded import print_recorded
from latprobe.feed.record.receive_loop import Ending, RecordProgress, Rotation
from latprobe.feed.record.record import RecordOptions, check_place, record
from latprobe.feed.record.source import open_source
from latprobe.feed.transport.address import address_from
from latprobe.feed.transport.stop import stop_on_signals
from latprobe.units import format_bytes, format_ns, format_rate


@click.command("record")
@click.argument("url", metavar="URL")
@click.argument("out", metavar="OUT", type=PATH)
@click.option("--protocol", default="", help="Language of the payloads, such as json or itch50.")
@connection_options
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
    after_s: float | None,
    messages: int | None,
    rotate: tuple[float | None, int | None] | None,
    flush_every: float,
    *,
    as_json: bool,
    **connection: Any,
) -> None:
    """Record the live feed at URL as the feed OUT, until Ctrl-C.

    URL is ws://host/path, wss://host/path, udp://group:port, udp://sender@group:port,
    udp://own-address:port or tcp://host:port.

    What was received is flushed to OUT.part, which becomes OUT at the end. After a kill or a
    crash, `latprobe feed import OUT.part OUT` makes a feed of all that was flushed.
    """
    address = address_from(url)
    options = source_options_from(**connection)
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
    print_recorded(recorded, source.buffer_bytes, options.receive_buffer_bytes, as_json=as_json)


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
