"""A feed for the built-in chain: messages whose length is what they ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from latprobe.driver.drive import Replayable
from latprobe.feed.reader import open_feed
from latprobe.feed.writer import FeedWriter
from latprobe.pipeline.feeds import replayable

_MOST_MESSAGES = 8_192
_LEAST_MESSAGES = 192
_PRODUCTS_OF_EACH_LENGTH = 1_500_000

# Some 150 µs: cost is timed batch by batch, and a batch that is stopped on its way is left out.
_PRODUCTS_IN_A_BATCH = 200_000
_LEAST_IN_A_BATCH = 12


@dataclass(frozen=True)
class ChainFeed:
    """Chains of several lengths, each length's messages in a row.

    Attributes:
        whole: All of them.
        messages: How many that are.
        by_length: Those of each length alone.
    """

    whole: Replayable
    messages: int
    by_length: dict[int, Replayable]

    def messages_of(self, products: int) -> int:
        """How many messages there are of a length."""
        return sum(messages for messages, *_ in self.by_length[products].batches)


def make_chain_feed(path: Path, lengths: Sequence[int]) -> ChainFeed:
    """Writes one with chains of `lengths` products, about as much work of each."""
    with FeedWriter(path, protocol="", source="chains of known length", importer="doctor 1") as it:
        for products in lengths:
            payload = bytes(products)
            in_a_batch = max(_LEAST_IN_A_BATCH, _PRODUCTS_IN_A_BATCH // products)
            for number in range(_count(products)):
                it.append(0, "chain", payload)
                if (number + 1) % in_a_batch == 0:
                    it.flush()
            it.flush()
    feed = open_feed(path)
    whole = replayable(feed)
    by_length = {
        products: Replayable(
            path, tuple(batch for batch in whole.batches if batch[4] == products * batch[0])
        )
        for products in lengths
    }
    return ChainFeed(whole, feed.messages, by_length)


def _count(products: int) -> int:
    return max(_LEAST_MESSAGES, min(_MOST_MESSAGES, _PRODUCTS_OF_EACH_LENGTH // products))
