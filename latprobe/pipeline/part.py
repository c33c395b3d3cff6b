"""How much of a feed is replayed, and how much of a run is done on it."""

from dataclasses import dataclass
from pathlib import Path

from latprobe.driver.drive import Batch, Replayable
from latprobe.driver.extent import WHOLE, Extent
from latprobe.driver.plan import Volume, volume_of
from latprobe.feed.reader import Feed
from latprobe.pipeline.feeds import record_of, replayable
from latprobe.run.model import FeedRecord
from latprobe.scenario import Scenario, SynthFeed


@dataclass(frozen=True)
class Part:
    """What is done with a feed.

    Attributes:
        replayed: The messages, from the feed's first on.
        record: What the run document keeps of them.
        volume: How many of them each fork handles, from the first again where they end.
        extent: What is watched meanwhile.
    """

    replayed: Replayable
    record: FeedRecord
    volume: Volume
    extent: Extent = WHOLE


def whole(scenario: Scenario, feed: Feed) -> Part:
    """The whole feed, and everything that the scenario asks for."""
    return Part(
        replayable(feed),
        record_of(feed, feed_name(scenario.feed)),
        volume_of(scenario.drive, feed.messages),
    )


def feed_name(feed: str | SynthFeed) -> str:
    """What a run document calls a feed."""
    if isinstance(feed, str):
        return Path(feed).name
    return f"synthetic {feed.synth}" + (f" in {feed.transcode}" if feed.transcode else "")


def first_messages(replayed: Replayable, messages: int) -> Replayable:
    """The beginning of a feed."""
    batches: list[Batch] = []
    for count, recv_ns, offsets, payload, payload_size in replayed.batches:
        if messages <= 0:
            break
        batches.append((min(count, messages), recv_ns, offsets, payload, payload_size))
        messages -= count
    return Replayable(replayed.path, tuple(batches))
