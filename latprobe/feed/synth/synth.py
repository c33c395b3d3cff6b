"""Makes up a feed."""

import random
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Final

from latprobe.errors import FeedError
from latprobe.feed.messages import Messages
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.synth import GENERATORS
from latprobe.feed.writer import FeedWriter

_AT_ONCE: Final = 4_096


def synth(
    protocol: str,
    messages: int,
    seed: int,
    out: str | Path,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Feed:
    """Writes a made-up feed to `out`: realistic kinds, sizes, prices and bursts.

    The same protocol, number of messages and seed give the same bytes on every machine, until the
    generator's version is raised. A feed is not the beginning of a longer one of the same seed.

    Args:
        protocol: `json`, `itch50` or `fix`.
        messages: How many; at least 1.
        seed: Any whole number from 0.
        out: Where the feed shall be.
        progress: Told now and then how many messages are made, and how many will be.

    Raises:
        FeedError: There is no such protocol, number or seed, or `out` cannot be written.
    """
    generator = next((made for made in GENERATORS if made.protocol == protocol), None)
    if generator is None:
        known = ", ".join(made.protocol for made in GENERATORS)
        raise FeedError(out, None, f"no protocol {protocol!r} can be made up; there are {known}")
    if messages < 1 or seed < 0:
        raise FeedError(out, None, "expected at least one message, and a seed from 0")
    # Not for secrets: for the same sequence every time.
    chance = random.Random(seed).random  # noqa: S311
    made = generator.generate(chance, messages)
    with FeedWriter(
        out,
        protocol=protocol,
        source=f"synthetic {protocol}: {messages:,} messages, seed {seed}",
        importer=f"synth-{protocol} {generator.version}",
    ) as writer:
        done = 0
        while some := list(islice(made, _AT_ONCE)):
            writer.extend(Messages(*zip(*some, strict=True)))
            done += len(some)
            if progress is not None:
                progress(done, messages)
    return open_feed(out)
