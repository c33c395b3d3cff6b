"""Plays a feed to clients."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from latprobe.feed.reader import Feed
from latprobe.feed.serve.player import Player, Progress, Served, ServeOptions
from latprobe.feed.serve.schedule import Schedule
from latprobe.feed.serve.sent_log import SentLog
from latprobe.feed.serve.sink import Sink
from latprobe.feed.serve.upcoming import ReadAhead
from latprobe.feed.transport.stop import Stop

_SWITCH_S: Final = 0.0002
"""How long the reading thread may keep the interpreter from the sending one."""


def serve(
    feed: Feed, sink: Sink, described: str, options: ServeOptions, stop: Stop, progress: Progress
) -> Served:
    """Plays a feed, and closes the sink.

    Raises:
        FeedError: The feed is damaged, a message does not fit into the framing, or what was sent
            cannot be recorded.
    """
    log = SentLog(options.sent) if options.sent is not None else None
    schedule = Schedule(options.pace)
    ahead = ReadAhead(feed, options.channels, options.rounds, schedule)
    player = Player(feed, sink, options, stop, progress, log)
    try:
        try:
            with _quick_switches():
                player.wait_for_clients()
                player.play(iter(ahead))
        finally:
            sink.finish()
        sent = log.write_feed(feed, options.channels, described) if log is not None else None
    finally:
        ahead.close()
        if log is not None:
            log.close()
    return player.served(sent)


@contextmanager
def _quick_switches() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
