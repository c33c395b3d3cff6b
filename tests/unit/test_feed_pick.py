"""Single messages and times of a feed, without the rest."""

from pathlib import Path

import numpy as np
import pytest

from latprobe.errors import FeedError
from latprobe.feed.format import BATCH_MESSAGES
from latprobe.feed.messages import Messages
from latprobe.feed.pick import read_payload, read_times
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.writer import FeedWriter

MESSAGES = 2 * BATCH_MESSAGES + 10


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    path = tmp_path / "a.feed"
    with FeedWriter(path, protocol="x", source="x", importer="x 1") as writer:
        times = [7 * number for number in range(MESSAGES)]
        contents = [b"%d" % number for number in range(MESSAGES)]
        writer.extend(Messages(times, ["c"] * MESSAGES, contents))
    return open_feed(path)


def test_any_message_is_read_by_its_number(feed: Feed) -> None:
    assert len(feed.batches) == 3
    for number in (0, 1, BATCH_MESSAGES - 1, BATCH_MESSAGES, MESSAGES - 1):
        assert read_payload(feed, number) == b"%d" % number


def test_all_times_are_read_in_order(feed: Feed) -> None:
    times = np.concatenate(list(read_times(feed)))

    assert times.tolist() == [7 * number for number in range(MESSAGES)]


def test_a_message_that_is_not_there_is_an_error(feed: Feed) -> None:
    with pytest.raises(FeedError, match=f"has {MESSAGES:,} messages, and none of number"):
        read_payload(feed, MESSAGES)
