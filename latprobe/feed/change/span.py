"""From when to when a feed goes."""

from dataclasses import dataclass

from latprobe.errors import FeedError
from latprobe.feed.reader import Feed
from latprobe.feed.receive_times import read_receive_times


@dataclass(frozen=True, slots=True)
class Span:
    """Receive times of a feed with at least one message, in nanoseconds since 1970 (UTC)."""

    first_ns: int
    """Of the first message in arrival order."""
    earliest_ns: int
    latest_ns: int
    messages: int

    @property
    def duration_ns(self) -> int:
        """From the earliest to the latest."""
        return self.latest_ns - self.earliest_ns


def span_of(feed: Feed) -> Span:
    """Reads the times of a feed.

    Raises:
        FeedError: The feed is damaged, or has no message.
    """
    first: int | None = None
    earliest, latest, messages = 0, 0, 0
    for times in read_receive_times(feed):
        least, most = int(times.min()), int(times.max())
        if first is None:
            first, earliest, latest = int(times[0]), least, most
        earliest, latest = min(earliest, least), max(latest, most)
        messages += len(times)
    if first is None:
        raise FeedError(feed.path, None, "expected at least one message; the feed has none")
    return Span(first, earliest, latest, messages)
