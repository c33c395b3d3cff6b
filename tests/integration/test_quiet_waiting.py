"""Waiting for a message to be due makes no system call."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from latprobe.feed.writer import FeedWriter

STRACE = shutil.which("strace")

REPLAY = """
import json, sys
from mmap import mmap
from latprobe import _core
from latprobe.feed.reader import open_feed
from latprobe.pipeline.feeds import replayable

feed = replayable(open_feed(sys.argv[1]))
replay = _core.Replay("builtin", "null", "{{}}", _core.Feed(feed.path, feed.batches), mmap(-1, 8))
result = replay.latency(_core.Instrument(), 0, {messages}, '{driving}')
assert json.loads(result)["recorded"] > 0
"""


def system_calls(folder: Path, feed: Path, driving: str, messages: int) -> int:
    counted = folder / "calls"
    script = REPLAY.format(messages=messages, driving=driving)
    subprocess.run(
        [str(STRACE), "-f", "-c", "-o", str(counted), sys.executable, "-c", script, str(feed)],
        check=True,
        timeout=120,
    )
    total = re.search(r"\s(\d+)\s+\d*\s*total$", counted.read_text().rstrip())
    assert total is not None, counted.read_text()
    return int(total[1])


@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
@pytest.mark.parametrize(
    "driving",
    [
        '{"paced": {"rate": {"per_second": 1e5}}}',
        '{"paced": {"poisson": {"per_second": 1e5, "seed": 1}}}',
        '{"idle": {"gap_ns": 1e4, "every": 1}}',
    ],
)
def test_ten_thousand_more_messages_are_waited_for_without_a_system_call(
    tmp_path: Path, driving: str
) -> None:
    feed = tmp_path / "feed.arrow"
    make_feed(feed)

    few, many = (system_calls(tmp_path, feed, driving, messages) for messages in (100, 10_100))

    # The interpreter around it does not do the same each time, but far under a call a message.
    assert abs(many - few) < 100


def make_feed(path: Path) -> None:
    with FeedWriter(path, protocol="", source="made by a test", importer="test 1") as feed:
        for number in range(20_000):
            feed.append(number, "test", b".")
