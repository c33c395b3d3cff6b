"""Replays a feed larger than what may stay in memory, and watches the worker's resident memory."""

import itertools
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec
import psutil

from benches.figure import Figure
from latprobe.driver.drive import Replayable, run_collector
from latprobe.driver.plan import Volume
from latprobe.feed.messages import Messages
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.writer import FeedWriter
from latprobe.pipeline.feeds import prepare_feed, replayable
from latprobe.scenario import Scenario, SynthFeed, TargetReference
from latprobe.units import format_bytes

LIBRARY = Path("target/release/liblatprobe_reference.so")
_MOST_RESIDENT_BYTES: Final = 300_000_000


class LargeFeedResult(msgspec.Struct, frozen=True):
    """Sizes in bytes."""

    feed_bytes: int
    messages: int
    seconds: float
    bytes_per_second: float
    resident_at_a_tenth: int
    resident_at_the_end: int
    resident_most: int


@dataclass
class _Watch:
    """Resident memory of the worker, by the share of messages that it is through."""

    messages: int
    seen: list[tuple[float, int]] = field(default_factory=list)

    def look(self, done: int) -> None:
        for child in psutil.Process().children():
            try:
                self.seen.append((done / self.messages, child.memory_info().rss))
            except psutil.NoSuchProcess:
                continue

    def resident_after(self, share: float) -> int:
        return next((rss for done, rss in self.seen if share <= done <= 1), 0)


def measure(feed_bytes: int) -> LargeFeedResult:
    """Writes a feed of about `feed_bytes`, replays it once, and deletes it."""
    with tempfile.TemporaryDirectory(prefix="latprobe-bench-") as folder:
        feed = _large_feed(Path(folder) / "large.arrow", feed_bytes)
        watch = _Watch(feed.messages)
        scenario = Scenario("large", str(feed.path), TargetReference(str(LIBRARY), "json-after"))
        fork = run_collector(
            "cost", scenario, replayable(feed), Volume(0, feed.messages), watch.look
        )
        assert fork.failure is None, fork.failure
        size = feed.path.stat().st_size
        return LargeFeedResult(
            feed_bytes=size,
            messages=feed.messages,
            seconds=fork.resources.seconds,
            bytes_per_second=size / fork.resources.seconds,
            resident_at_a_tenth=watch.resident_after(0.1),
            resident_at_the_end=watch.seen[-1][1],
            resident_most=fork.resources.max_rss_bytes,
        )


def figures(large: LargeFeedResult) -> list[Figure]:
    """Memory is to stay flat; how fast it goes depends on the disk, and is only said."""
    measured = (
        f"{format_bytes(large.resident_most)} at most; "
        f"{format_bytes(large.resident_at_a_tenth)} after a tenth, "
        f"{format_bytes(large.resident_at_the_end)} at the end; "
        f"{format_bytes(large.bytes_per_second)}/s"
    )
    return [
        Figure(
            f"resident memory, replaying a feed of {format_bytes(large.feed_bytes)}",
            measured,
            f"< {_MOST_RESIDENT_BYTES // 1_000_000} MB",
            large.resident_most < _MOST_RESIDENT_BYTES,
        )
    ]


def _large_feed(path: Path, feed_bytes: int) -> Feed:
    """The same synthetic messages again and again, which is all the same to the replay."""
    small = prepare_feed(SynthFeed("json", messages=50_000), lambda _: None)
    messages = _messages(replayable(small))
    size = sum(map(len, messages.payloads)) + 16 * len(messages)
    with FeedWriter(path, protocol="json", source="synthetic, repeated", importer="bench 1") as out:
        for _ in itertools.repeat(None, feed_bytes // size + 1):
            out.extend(messages)
    return open_feed(path)


def _messages(feed: Replayable) -> Messages:
    content = feed.path.read_bytes()
    payloads: list[bytes] = []
    for count, _, offsets, payload, _ in feed.batches:
        ends = memoryview(content)[offsets : offsets + 8 * (count + 1)].cast("q")
        payloads += [content[payload + a : payload + b] for a, b in itertools.pairwise(ends)]
    return Messages(range(len(payloads)), ["bench"] * len(payloads), payloads)
