"""Messages in memory as a feed that forks can map."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from latprobe.errors import FeedError
from latprobe.feed.writer import FeedWriter
from latprobe.scenario import SynthFeed
from latprobe.temporary_folder import temporary_folder

Messages = str | Path | SynthFeed | Sequence[bytes]
"""A feed or a recording by its path, one that is made up, or the messages themselves."""

_CHANNEL: Final = "memory"
_GAP_NS: Final = 1_000
_NAME: Final = "messages in memory"


@contextmanager
def feed_of(messages: Messages, protocol: str) -> Iterator[str | SynthFeed]:
    """The feed as a scenario names it; one of messages in memory is there while the block lasts.

    Raises:
        FeedError: for no messages, or what is no message.
    """
    if isinstance(messages, SynthFeed):
        yield messages
        return
    if isinstance(messages, str | Path):
        yield str(Path(messages).absolute())
        return
    if not messages or not all(isinstance(it, bytes | bytearray | memoryview) for it in messages):
        raise FeedError(_NAME, None, "expected a path, or a list of `bytes`, at least one")
    with temporary_folder() as folder:
        path = folder / _NAME
        with FeedWriter(path, protocol=protocol, source=_NAME, importer="memory 1") as writer:
            for number, message in enumerate(messages):
                writer.append(number * _GAP_NS, _CHANNEL, bytes(message))
        yield str(path)
