"""The feeds of a soak: one, or those of a folder in turn."""

from collections.abc import Sequence
from pathlib import Path

from latprobe.errors import FeedError
from latprobe.feed.reader import Feed
from latprobe.pipeline.feeds import Notice, prepare_feed
from latprobe.run.model import TargetRecord
from latprobe.scenario import SynthFeed


def prepare_feeds(
    wanted: str | SynthFeed, target: TargetRecord, notice: Notice
) -> list[tuple[str, Feed]]:
    """Feeds that can be replayed, each with its name, in the order of their names.

    Raises:
        FeedError: where there is none, or one is of another protocol than the target reads.
    """
    feeds = [(name, prepare_feed(it, notice)) for name, it in _named(wanted)]
    for name, feed in feeds:
        if target.protocol not in ("", feed.protocol):
            problem = f"is of protocol '{feed.protocol}', and the target reads '{target.protocol}'"
            raise FeedError(name, None, problem)
    return feeds


def _named(wanted: str | SynthFeed) -> Sequence[tuple[str, str | SynthFeed]]:
    if isinstance(wanted, SynthFeed):
        return [(f"synthetic {wanted.synth}", wanted)]
    path = Path(wanted)
    if not path.is_dir():
        return [(path.name, wanted)]
    files = sorted(it for it in path.iterdir() if it.is_file() and not it.name.startswith("."))
    if not files:
        raise FeedError(path, None, "is a folder without a feed in it")
    return [(it.name, str(it)) for it in files]
