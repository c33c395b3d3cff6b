"""Bad messages are set aside whole, counted, and the import goes on."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from latprobe.errors import FeedError
from latprobe.feed.format import MESSAGE_LIMIT_BYTES
from latprobe.feed.importers.import_feed import import_recording
from latprobe.feed.importers.imported import Imported
from tests.feeds import (
    HEARTBEAT,
    ORDER_DELETE,
    SYSTEM_EVENT,
    columns_of,
    length_prefixed,
    zero_prefixed,
)


def imported(folder: Path, content: bytes, format_name: str | None = None) -> Imported:
    (folder / "source").write_bytes(content)
    return import_recording(
        folder / "source",
        folder / "a.feed",
        format_name=format_name,
        quarantine=folder / "bad.jsonl",
    )


def set_aside(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "bad.jsonl").read_text(encoding="utf-8").splitlines()
    found: list[dict[str, Any]] = [json.loads(line) for line in lines]
    for it in found:
        it["payload"] = base64.b64decode(it["payload"], validate=True)
    return found


def assert_nothing_is_lost(folder: Path, content: bytes) -> None:
    """Each piece that was set aside is the content at its offset.

    Of a message whose time is wrong, which the damage may look like, it is the payload.
    """
    for it in set_aside(folder):
        start = it["offset"] + 2 * ("receive time" in it["problem"])
        assert content[start : start + len(it["payload"])] == it["payload"]


def test_bad_lines_are_set_aside_with_their_offsets(tmp_path: Path) -> None:
    content = b'1 {}\noops\n2 {"a":\n\n3 []\nx {}\n'
    found = imported(tmp_path, content)
    assert columns_of(tmp_path / "a.feed")["payload"] == [b"{}", b"[]"]
    assert [(it["offset"], it["payload"]) for it in set_aside(tmp_path)] == [
        (5, b"oops"),
        (10, b'2 {"a":'),
        (24, b"x {}"),
    ]
    assert found.set_aside is not None
    assert found.set_aside.problems == {
        "expected `<time> <frame>`: a time in digits, then a JSON object or array": 2,
        "expected a whole JSON frame": 1,
    }
    assert (found.set_aside.messages, found.set_aside.payload_bytes) == (3, 15)


def test_bad_bare_lines_are_set_aside(tmp_path: Path) -> None:
    imported(tmp_path, b'{"E":1700000000000}\n5\n[\n{}\n')
    assert columns_of(tmp_path / "a.feed")["payload"] == [b'{"E":1700000000000}', b"{}"]
    assert [it["payload"] for it in set_aside(tmp_path)] == [b"5", b"["]


def test_bad_fix_lines_are_set_aside(tmp_path: Path) -> None:
    content = HEARTBEAT + b"\nnoise\r\n" + HEARTBEAT[:-5] + b"\n" + HEARTBEAT
    found = imported(tmp_path, content)
    assert found.feed.messages == 2
    assert [it["payload"] for it in set_aside(tmp_path)] == [b"noise\r", HEARTBEAT[:-5]]
    assert_nothing_is_lost(tmp_path, content)


def test_a_line_without_an_end_is_set_aside_in_pieces(tmp_path: Path) -> None:
    long = bytes(5 * MESSAGE_LIMIT_BYTES // 2)
    content = b"1 {}\n" + long + b"\n2 {}\n" + long
    found = imported(tmp_path, content)
    assert found.feed.messages == 2
    pieces = [it["payload"] for it in set_aside(tmp_path)]
    assert b"".join(pieces) == long + long
    assert max(map(len, pieces)) <= MESSAGE_LIMIT_BYTES + 2**20
    assert_nothing_is_lost(tmp_path, content)


@pytest.mark.parametrize("prefixed", [length_prefixed, zero_prefixed])
@pytest.mark.parametrize(
    "damage", [b"\xff", b"z" * 300, bytes(70_000), bytes(range(256)) * 9000, b"\x00\x0cS", b"\x00"]
)
def test_itch_messages_go_on_after_damage(tmp_path: Path, prefixed: Any, damage: bytes) -> None:
    before, after = [SYSTEM_EVENT] * 50, [SYSTEM_EVENT, ORDER_DELETE] * 50
    content = prefixed(*before) + damage + prefixed(*after)
    imported(tmp_path, content, "itch50")
    payloads = columns_of(tmp_path / "a.feed")["payload"]
    # Bytes of the damage may look like the beginning of a message, and take one along.
    assert payloads[:50] == before
    assert payloads[-98:] == after[-98:]
    assert_nothing_is_lost(tmp_path, content)
    aside = sum(
        len(it["payload"]) + 2 * ("receive time" in it["problem"]) for it in set_aside(tmp_path)
    )
    assert aside + sum(map(len, payloads)) + 2 * len(payloads) == len(content)


def test_an_itch_type_that_is_flipped_costs_one_message(tmp_path: Path) -> None:
    content = length_prefixed(*[ORDER_DELETE] * 30)
    damaged = content[:212] + b"~" + content[213:]
    found = imported(tmp_path, damaged)
    assert found.feed.messages == 29
    assert [(it["offset"], len(it["payload"])) for it in set_aside(tmp_path)] == [(210, 21)]


def test_a_few_messages_amid_damage_are_not_taken_for_the_file_going_on(tmp_path: Path) -> None:
    likely = length_prefixed(*[ORDER_DELETE] * 7) + b"\xee"
    content = (
        length_prefixed(SYSTEM_EVENT) + b"\xee" + likely + length_prefixed(*[SYSTEM_EVENT] * 8)
    )
    assert imported(tmp_path, content, "itch50").feed.messages == 9
    assert [(it["offset"], len(it["payload"])) for it in set_aside(tmp_path)] == [(14, 149)]


def test_the_rest_of_an_itch_file_is_set_aside_where_no_message_follows(tmp_path: Path) -> None:
    content = length_prefixed(SYSTEM_EVENT) + b"\xee" * 3_000_000
    found = imported(tmp_path, content, "itch50")
    assert found.feed.messages == 1
    pieces = [it["payload"] for it in set_aside(tmp_path)]
    assert b"".join(pieces) == b"\xee" * 3_000_000
    assert max(map(len, pieces)) <= 2 * 2**20
    assert found.set_aside is not None
    assert "expected ITCH 5.0 messages to go on" in found.set_aside.problems


def test_an_itch_message_that_is_cut_off_is_set_aside(tmp_path: Path) -> None:
    imported(tmp_path, length_prefixed(SYSTEM_EVENT, ORDER_DELETE)[:-3])
    cut = length_prefixed(ORDER_DELETE)[:-3]
    assert [(it["offset"], it["payload"]) for it in set_aside(tmp_path)] == [(14, cut)]


def test_damage_after_every_few_messages_of_an_itch_file_costs_only_itself(tmp_path: Path) -> None:
    run = length_prefixed(*[SYSTEM_EVENT] * 8) + b"\xee"
    found = imported(tmp_path, run * 8000)
    assert found.feed.messages == 64_000
    assert found.set_aside is not None
    assert found.set_aside.messages == 8000


def test_without_a_bad_message_the_file_is_empty(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("of an earlier import")
    found = imported(tmp_path, b"1 {}\n")
    assert (tmp_path / "bad.jsonl").read_bytes() == b""
    assert found.set_aside is not None
    assert found.set_aside.messages == 0


def test_no_file_appears_where_the_import_fails(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="none that is good, and 2 bad; the first at byte 0: exp"):
        imported(tmp_path, b"oops\nagain\n", "ndjson")
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_without_a_quarantine_the_first_bad_message_ends_the_import(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"1 {}\noops\nagain\n")
    with pytest.raises(FeedError) as caught:
        import_recording(tmp_path / "source", tmp_path / "a.feed")
    assert caught.value.offset == 5


def test_many_kinds_of_problems_are_counted_without_end(tmp_path: Path) -> None:
    content = b"".join(b"\x00%c%c" % (kind, kind) for kind in range(255))
    found = imported(tmp_path, length_prefixed(SYSTEM_EVENT) + content, "itch50")
    assert found.set_aside is not None
    assert len(found.set_aside.problems) <= 65
    assert sum(found.set_aside.problems.values()) == found.set_aside.messages


@pytest.mark.parametrize("place", ["source", "a.feed", "link", "missing/bad.jsonl", "."])
def test_a_place_that_cannot_be_the_quarantine_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "source").write_bytes(b"1 {}\noops\n")
    (tmp_path / "link").symlink_to("source")
    with pytest.raises(FeedError, match=r"itself; name another|cannot be written|not a regular"):
        import_recording(tmp_path / "source", tmp_path / "a.feed", quarantine=tmp_path / place)
    assert (tmp_path / "source").read_bytes() == b"1 {}\noops\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "source"]
