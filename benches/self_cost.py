"""`make bench-self`: prints the figures, and writes them to results/self.json."""

import sys
from pathlib import Path

import msgspec

from benches import large_feed
from benches.large_feed import LargeFeedResult
from latprobe.units import format_bytes

OUT = Path("results/self.json")
_LARGE_FEED_BYTES = 4_000_000_000


class SelfCost(msgspec.Struct, frozen=True):
    """Everything that is measured of latprobe itself."""

    large_feed: LargeFeedResult


def main() -> None:
    """Measures, prints and writes."""
    print("a feed of 4 GB is being written and replayed; this takes a minute", file=sys.stderr)
    large = large_feed.measure(_LARGE_FEED_BYTES)
    print(f"replay of a feed of {format_bytes(large.feed_bytes)}, {large.messages:,} messages")
    print(f"  took            {large.seconds:.1f} s, {format_bytes(large.bytes_per_second)}/s")
    print(f"  resident memory {format_bytes(large.resident_at_a_tenth)} after a tenth of it")
    print(f"                  {format_bytes(large.resident_at_the_end)} at its end")
    print(f"                  {format_bytes(large.resident_most)} at most; to be under 300 MB")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_bytes(msgspec.json.format(msgspec.json.encode(SelfCost(large))))


if __name__ == "__main__":
    main()
