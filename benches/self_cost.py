"""`make bench-self`: prints what latprobe itself costs, and writes it to results/self.json."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

import click
import msgspec

from benches import (
    call_sites,
    counting_allocator,
    driving,
    events,
    hot_loop,
    import_captures,
    large_feed,
    pacing,
    peers,
    recording,
)
from benches.figure import Figure, unsupported
from benches.native import BenchError
from benches.table import print_figures
from latprobe.report.console import console_for
from latprobe.run.machine import describe_machine
from latprobe.run.model import Machine
from latprobe.run.whole_file import write_whole

OUT: Final = Path("results/self.json")
Found = TypeVar("Found")
_LARGE_FEED_BYTES: Final = 4_000_000_000
_CAPTURE_BYTES: Final = 500_000_000


class SelfCost(msgspec.Struct, frozen=True):
    """Everything that is measured of latprobe itself, and where; null for what could not be."""

    started: str
    machine: Machine
    figures: tuple[Figure, ...]
    driving: driving.Driving | None
    recording: recording.Recording | None
    counting_allocator: counting_allocator.CountingAllocator | None
    call_sites: call_sites.CallSites | None
    hot_loops: hot_loop.HotLoops | None
    pacing: pacing.Paced | None
    peers: peers.Peers | None
    large_feed: large_feed.LargeFeedResult | None
    import_captures: import_captures.Captures | None
    events: events.Events | None


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--feed-bytes",
    type=click.IntRange(min=100_000_000),
    default=_LARGE_FEED_BYTES,
    show_default=True,
    help="Size of the large feed.",
)
def main(*, as_json: bool, feed_bytes: int) -> None:
    """Measures, prints and writes. A figure that does not hold fails nothing: it is to be read."""
    document = msgspec.json.format(msgspec.json.encode(_measure(feed_bytes)))
    write_whole(OUT, document)
    if as_json:
        print(document.decode())
    else:
        print_figures(msgspec.json.decode(document, type=SelfCost).figures, console_for())


def _measure(feed_bytes: int) -> SelfCost:
    started = datetime.now(UTC).isoformat(timespec="seconds")
    rows: list[Figure] = []
    return SelfCost(
        started=started,
        machine=describe_machine(),
        driving=_part("driving and marks", driving.measure, driving.figures, rows),
        recording=_part("recording", recording.measure, recording.figures, rows),
        counting_allocator=_part(
            "the counting allocator", counting_allocator.measure, counting_allocator.figures, rows
        ),
        call_sites=_part(
            "the call-site pass, beside peers", call_sites.measure, call_sites.figures, rows
        ),
        hot_loops=_part("the hot loops", hot_loop.measure, hot_loop.figures, rows),
        pacing=_part("driving by a plan", pacing.measure, pacing.figures, rows),
        peers=_part("chains of known length, beside peers", peers.measure, peers.figures, rows),
        large_feed=_part(
            "a large feed, which is written and replayed",
            lambda: large_feed.measure(feed_bytes),
            large_feed.figures,
            rows,
        ),
        import_captures=_part(
            "captures, which are written and imported",
            lambda: import_captures.measure(_CAPTURE_BYTES),
            import_captures.figures,
            rows,
        ),
        events=_part("counters and the simulation", events.measure, events.figures, rows),
        figures=tuple(rows),
    )


def _part(
    name: str,
    measure: Callable[[], Found],
    figures: Callable[[Found], list[Figure]],
    rows: list[Figure],
) -> Found | None:
    """Measures one part and adds its rows; a part that fails gets a row that says so."""
    print(f"measuring {name}", file=sys.stderr)
    try:
        found = measure()
    except BenchError as error:
        rows.append(unsupported(name, str(error), ""))
        return None
    rows += figures(found)
    return found


if __name__ == "__main__":
    main()
