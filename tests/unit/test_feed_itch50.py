"""ITCH 5.0 files into feeds."""

from pathlib import Path

import pytest

from latprobe.errors import FeedError
from latprobe.feed.importers.import_feed import import_feed
from latprobe.feed.importers.importer import ImportOptions
from latprobe.feed.importers.itch50_lengths import MESSAGE_BYTES
from tests.feeds import ORDER_DELETE, SYSTEM_EVENT, columns_of, length_prefixed, zero_prefixed

PREFIXERS = [length_prefixed, zero_prefixed]


def imported(folder: Path, content: bytes, midnight_ns: int = 0) -> dict[str, list[object]]:
    source = folder / "source.bin"
    source.write_bytes(content)
    import_feed(source, folder / "a.feed", options=ImportOptions(midnight_ns))
    return columns_of(folder / "a.feed")


def refused(folder: Path, content: bytes) -> FeedError:
    source = folder / "source.bin"
    source.write_bytes(content)
    with pytest.raises(FeedError) as caught:
        import_feed(source, folder / "a.feed", format_name="itch50")
    assert [path.name for path in folder.iterdir()] == ["source.bin"]
    return caught.value


@pytest.mark.parametrize("prefixed", PREFIXERS)
def test_messages_lose_their_prefix(tmp_path: Path, prefixed: type) -> None:
    columns = imported(tmp_path, prefixed(SYSTEM_EVENT, ORDER_DELETE))
    assert columns == {
        "recv_ns": [3_600_000_000_123, 3_600_000_000_456],
        "channel": ["itch", "itch"],
        "payload": [SYSTEM_EVENT, ORDER_DELETE],
    }


@pytest.mark.parametrize("prefixed", PREFIXERS)
def test_every_type_of_message_has_its_length(tmp_path: Path, prefixed: type) -> None:
    messages = [kind.encode() + bytes(size - 1) for kind, size in MESSAGE_BYTES.items()]
    assert len(messages) == 23
    assert imported(tmp_path, prefixed(*messages))["payload"] == messages


def test_times_count_from_the_given_midnight(tmp_path: Path) -> None:
    columns = imported(tmp_path, length_prefixed(SYSTEM_EVENT), 1_577_664_000_000_000_000)
    assert columns["recv_ns"] == [1_577_664_000_000_000_000 + 3_600_000_000_123]


def test_a_length_of_zero_may_end_a_file(tmp_path: Path) -> None:
    assert len(imported(tmp_path, length_prefixed(SYSTEM_EVENT) + bytes(2))["payload"]) == 1


def test_messages_are_whole_where_the_chunks_of_a_large_source_meet(tmp_path: Path) -> None:
    count = 150_000
    columns = imported(tmp_path, length_prefixed(*[SYSTEM_EVENT, ORDER_DELETE] * (count // 2)))
    assert columns["payload"] == [SYSTEM_EVENT, ORDER_DELETE] * (count // 2)


@pytest.mark.parametrize("prefixed", PREFIXERS)
@pytest.mark.parametrize("cut", [1, 5, 18, 19, 20])
def test_a_message_that_is_cut_off_leaves_no_feed(tmp_path: Path, prefixed: type, cut: int) -> None:
    content = prefixed(SYSTEM_EVENT, ORDER_DELETE)
    error = refused(tmp_path, content[:-cut])
    assert error.offset == 14
    assert "the file ends within a message" in error.problem


def test_a_type_that_itch_does_not_have_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, length_prefixed(SYSTEM_EVENT, b"z" * 19))
    assert error.offset == 14
    assert "type 'z'" in error.problem


def test_a_length_that_is_not_the_types_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, length_prefixed(SYSTEM_EVENT, ORDER_DELETE + b"\x00"))
    assert error.offset == 14
    assert error.problem == "expected a length of 19 for message type 'D'; found 20"


def test_a_length_after_prefixes_of_zero_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, zero_prefixed(SYSTEM_EVENT) + length_prefixed(ORDER_DELETE))
    assert error.offset == 14
    assert "expected a prefix of 0, as before" in error.problem


def test_more_messages_after_the_end_are_refused(tmp_path: Path) -> None:
    content = length_prefixed(SYSTEM_EVENT) + bytes(2) + length_prefixed(SYSTEM_EVENT)
    assert refused(tmp_path, content).offset == 14
