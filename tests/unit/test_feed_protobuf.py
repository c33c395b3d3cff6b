"""Length-delimited Protobuf into feeds."""

import struct
from pathlib import Path

import pytest

from latprobe.errors import FeedError
from latprobe.feed.importers.import_feed import import_feed
from latprobe.feed.importers.importer import ImportOptions
from latprobe.feed.importers.protobuf import PROTOBUF
from tests.importing import cut, read
from tests.protobuf import delimited, fixed32, fixed64, group, number, text

NS = 1_723_161_256_322_000_001
MESSAGE = number(1, 5) + text(2, b"BTCUSDT" * 30) + number(3, NS) + fixed64(4, b"\x01" * 8)
KEYED = ImportOptions(time_field="3")


def test_each_message_is_one_as_it_stands() -> None:
    messages = [MESSAGE, b"", number(1, 1), b"\xff not a message at all"]
    got = read(PROTOBUF, delimited(*messages))
    assert got.payloads == messages
    assert got.places == [0, len(MESSAGE) + 2, len(MESSAGE) + 3, len(MESSAGE) + 6]
    assert got.channels == ["protobuf"] * 4
    assert got.recv_ns == [0, 1, 2, 3]


@pytest.mark.parametrize(("prefix", "order"), [("be32", "big"), ("le32", "little")])
def test_lengths_may_be_fixed_integers(prefix: str, order: str) -> None:
    content = b"".join(
        struct.pack(">I" if order == "big" else "<I", len(MESSAGE)) + MESSAGE for _ in range(3)
    )
    options = ImportOptions(length_prefix=prefix)
    assert read(PROTOBUF, cut(content, [3]), options).payloads == [MESSAGE] * 3


def test_times_are_steps_from_a_start() -> None:
    options = ImportOptions(start_ns=NS, interval_ns=10)
    assert read(PROTOBUF, delimited(MESSAGE, MESSAGE), options).recv_ns == [NS, NS + 10]


@pytest.mark.parametrize(
    ("field", "recv_ns"),
    [
        (number(3, NS), NS),
        (number(3, 1723161256322), 1_723_161_256_322_000_000),
        (number(3, 7) + number(3, NS), NS),
        (fixed64(3, NS.to_bytes(8, "little")), NS),
        (fixed64(3, struct.pack("<d", 1723161256.5)), 1_723_161_256_500_000_000),
        (fixed64(3, struct.pack("<d", 1723161256322.0)), 1_723_161_256_322_000_000),
        (fixed32(3, (1723161256).to_bytes(4, "little")), 1_723_161_256_000_000_000),
        (text(3, number(1, 1723161256) + number(2, 322_000_001)), NS),
        (text(3, number(1, 1723161256)), 1_723_161_256_000_000_000),
        (text(3, b"2024-08-08T23:54:16.322000001Z"), NS),
        (text(3, b"1723161256.322000001"), NS),
        (group(9, number(3, 5)) + number(3, NS), NS),
    ],
)
def test_the_time_is_in_the_field(field: bytes, recv_ns: int) -> None:
    message = number(1, 1) + field + text(8, b"x")
    assert read(PROTOBUF, delimited(message), KEYED).recv_ns == [recv_ns]


def test_the_field_may_be_in_messages_within() -> None:
    message = text(1, text(2, number(3, NS)) + number(3, 5)) + number(3, 5)
    assert read(PROTOBUF, delimited(message), ImportOptions(time_field="1.2.3")).recv_ns == [NS]


@pytest.mark.parametrize(
    "message",
    [
        b"",
        number(1, NS),
        number(3, 2**63),
        text(3, b""),
        text(3, b"soon"),
        text(3, number(1, 1723161256) + number(2, 10**9)),
        fixed64(3, b"\xff" * 8),
        number(3, NS)[:-1],
        number(3, NS) + b"\x07",
        number(3, NS) + b"\x00\x01",
        number(3, NS) + text(8, b"xyz")[:-1],
        number(3, NS) + group(8, b"")[:-1],
        group(8, number(3, NS)),
        b"\xff" * 11,
    ],
)
def test_a_message_without_its_time_is_refused_or_set_aside(message: bytes) -> None:
    content = delimited(MESSAGE, message, MESSAGE)
    with pytest.raises(FeedError, match="expected a message with its time") as caught:
        read(PROTOBUF, content, KEYED)
    assert caught.value.offset == len(delimited(MESSAGE))
    got = read(PROTOBUF, content, KEYED, quarantined=True)
    assert got.payloads == [MESSAGE, MESSAGE]
    assert [it.content for it in got.aside] == [message]


@pytest.mark.parametrize("path", ["0", "x", "1.", "-1", "536870912", "9" * 5000])
def test_what_is_no_path_of_fields_is_refused(path: str) -> None:
    with pytest.raises(FeedError, match="expected field numbers joined by dots"):
        read(PROTOBUF, delimited(MESSAGE), ImportOptions(time_field=path))


@pytest.mark.parametrize(
    ("bad", "prefix"),
    [
        (b"\xff" * 11, "varint"),
        (b"\x81\x80\x80\x08", "varint"),
        (b"\x01\x00\x00\x01", "be32"),
        (b"\x01\x00\x00\x01", "le32"),
    ],
)
def test_a_length_that_cannot_be_is_refused(bad: bytes, prefix: str) -> None:
    with pytest.raises(FeedError, match="expected the length of a message") as caught:
        read(PROTOBUF, bad, ImportOptions(length_prefix=prefix), quarantined=True)
    assert caught.value.offset == 0


@pytest.mark.parametrize("kept", [1, 2, 3, 100])
def test_a_message_that_is_cut_off_is_refused(kept: int) -> None:
    content = delimited(MESSAGE) + delimited(MESSAGE)[:kept]
    with pytest.raises(FeedError, match=f"found the first {kept} bytes") as caught:
        read(PROTOBUF, content)
    assert caught.value.offset == len(delimited(MESSAGE))
    assert len(read(PROTOBUF, content, quarantined=True).payloads) == 1


@pytest.mark.parametrize(
    "content",
    [
        delimited(MESSAGE),
        delimited(MESSAGE, b"", number(1, 1)),
        delimited(*[MESSAGE] * 1000),
        delimited(group(1, number(2, 2)), MESSAGE),
    ],
)
def test_streams_are_told_by_their_content(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "source").write_bytes(content)
    assert import_feed(tmp_path / "source", tmp_path / "a.feed").importer == "protobuf 1"


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_any_chunking_gives_the_same_messages(size: int) -> None:
    content = delimited(MESSAGE, b"", number(1, 1)) * 5 + b"\x05\x01"
    whole = read(PROTOBUF, content, quarantined=True)
    assert len(whole.payloads) == 15
    assert read(PROTOBUF, cut(content, [size]), quarantined=True) == whole
