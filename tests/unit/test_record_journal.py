"""A recording is readable up to its last flush, wherever its file ends."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latprobe.errors import FeedError
from latprobe.feed.format import FeedNotes
from latprobe.feed.importers.import_feed import import_feed
from latprobe.feed.reader import open_feed
from latprobe.feed.record.journal import Journal, JournalHead
from latprobe.feed.record.received import Received
from latprobe.feed.record.recover import read_journal
from latprobe.feed.recording import Flush, Gap
from tests.feeds import columns_of, leftovers

HEAD = JournalHead(started_ns=1000, clock="SO_TIMESTAMPNS")
NOTES = FeedNotes("json", "recorded from a test", "record 1", "")
ENDED = Flush(kernel_timed=0, dropped=0, gaps=[], ended_ns=9000, ended_by="a test")


def flush_of(received: Received) -> Flush:
    return Flush(received.kernel_timed, received.dropped, received.gaps)


def received(first: int, count: int, channel: str = "a") -> Received:
    batch = Received(first)
    for number in range(first, first + count):
        batch.add(2000 + number, channel, [b"message %d" % number], by_kernel=True)
    return batch


def journal_of(path: Path, sizes: list[int], *, ended: bool = False) -> list[int]:
    """Writes flushes of so many messages; the length of the file after each of them."""
    journal = Journal(path, NOTES, HEAD)
    lengths, first = [path.stat().st_size], 0
    for number, size in enumerate(sizes):
        batch = received(first, size, f"channel {number}")
        journal.append(batch, flush_of(batch))
        lengths.append(path.stat().st_size)
        first += size
    if ended:
        journal.append(Received(first), ENDED)
        journal.finish()
    journal.close()
    return lengths


def messages_in(path: Path) -> list[bytes]:
    return [payload for block, _ in read_journal(path) for payload in block.messages().payloads]


def test_a_journal_that_ends_at_any_byte_has_exactly_its_whole_flushes(tmp_path: Path) -> None:
    sizes = [3, 2]
    lengths = journal_of(tmp_path / "whole.part", sizes)
    cut = tmp_path / "whole.part"
    for length in range(lengths[-1], lengths[0] - 1, -1):
        os.truncate(cut, length)
        whole = max(number for number, end in enumerate(lengths) if end <= length)
        count = sum(sizes[:whole])
        assert messages_in(cut) == [b"message %d" % it for it in range(count)], length


@pytest.mark.parametrize("rest", [bytes(4096), b"\xff" * 4096, b"\xff\xff\xff\xff" + bytes(64)])
def test_what_a_crash_of_the_machine_left_behind_the_last_flush_is_passed_over(
    tmp_path: Path, rest: bytes
) -> None:
    journal_of(tmp_path / "a.part", [5, 5])
    with (tmp_path / "a.part").open("ab") as file:
        file.write(rest)
    assert len(messages_in(tmp_path / "a.part")) == 10


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_batch_with_a_wrong_byte_is_never_taken_for_whole(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    lengths = journal_of(folder / "a.part", [4, 4, 4])
    content = bytearray((folder / "a.part").read_bytes())
    position = data.draw(st.integers(lengths[2], len(content) - 1))
    content[position] ^= data.draw(st.integers(1, 255))
    (folder / "a.part").write_bytes(content)
    found = messages_in(folder / "a.part")
    # A wrong byte in padding does no harm; a wrong byte in what is read ends the recording there.
    assert found in ([b"message %d" % it for it in range(n)] for n in (8, 12))


def test_a_cut_recording_is_imported_and_says_that_it_is_cut(tmp_path: Path) -> None:
    journal_of(tmp_path / "a.feed.part", [3, 4])
    content = (tmp_path / "a.feed.part").read_bytes()
    (tmp_path / "a.feed.part").write_bytes(content[:-1])
    feed = import_feed(tmp_path / "a.feed.part", tmp_path / "a.feed")
    assert columns_of(tmp_path / "a.feed") == {
        "recv_ns": [2000, 2001, 2002],
        "channel": ["channel 0"] * 3,
        "payload": [b"message 0", b"message 1", b"message 2"],
    }
    assert (feed.protocol, feed.source) == ("json", "recorded from a test")
    recording = feed.recording
    assert recording is not None
    assert recording.cut
    assert (recording.messages, recording.kernel_timed) == (3, 3)
    assert (recording.started_ns, recording.ended_ns) == (1000, 2002)
    assert (tmp_path / "a.feed.part").exists(), "what was recovered from is left as it is"
    assert leftovers(tmp_path) == []


def test_a_recording_that_was_ended_is_imported_as_ended(tmp_path: Path) -> None:
    journal_of(tmp_path / "a.part", [3], ended=True)
    recording = import_feed(tmp_path / "a.part", tmp_path / "a").recording
    assert recording is not None
    assert (recording.ended_by, recording.ended_ns) == ("a test", 9000)


def test_gaps_and_drops_are_recovered_with_the_messages(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.part", NOTES, HEAD)
    for first in (0, 2):
        batch = received(first, 2)
        batch.dropped = 5
        batch.add_gap(10, 20, "a", "the server closed", 5)
        journal.append(batch, flush_of(batch))
    journal.close()
    recording = import_feed(tmp_path / "a.part", tmp_path / "a").recording
    assert recording is not None
    assert (recording.dropped, recording.gaps_total) == (10, 2)
    assert recording.gaps == [Gap(after, 10, 20, "a", "the server closed", 5) for after in (2, 4)]


def test_a_recording_that_was_cut_before_its_first_flush_has_nothing(tmp_path: Path) -> None:
    journal_of(tmp_path / "a.part", [])
    with pytest.raises(FeedError, match="ended before its first flush: it has no message"):
        import_feed(tmp_path / "a.part", tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_a_recording_that_was_not_ended_is_no_feed_and_the_error_says_how_it_becomes_one(
    tmp_path: Path,
) -> None:
    journal_of(tmp_path / "a.part", [3])
    with pytest.raises(FeedError, match="was not ended; `latprobe feed import` makes a feed of it"):
        open_feed(tmp_path / "a.part")


def test_another_recorder_at_work_is_told_from_what_a_kill_has_left(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.part", NOTES, HEAD)
    with pytest.raises(FeedError, match="another recording is being written there"):
        Journal(tmp_path / "a.part", NOTES, HEAD)
    journal.close()
    with pytest.raises(FeedError, match="recover it with `latprobe feed import "):
        Journal(tmp_path / "a.part", NOTES, HEAD)


def test_many_channels_come_and_are_recovered(tmp_path: Path) -> None:
    journal_of(tmp_path / "a.part", [2] * 40)
    import_feed(tmp_path / "a.part", tmp_path / "a")
    channels = columns_of(tmp_path / "a")["channel"]
    assert channels == [f"channel {it // 2}" for it in range(80)]
