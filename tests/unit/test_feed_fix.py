"""FIX messages, one a line, into feeds."""

from pathlib import Path

import pytest

from latprobe.errors import FeedError
from latprobe.feed.importers.import_feed import import_feed
from tests.feeds import HEARTBEAT, columns_of

SENT = b"52=20240102-15:00:00.250"


def imported(folder: Path, content: bytes) -> dict[str, list[object]]:
    (folder / "source.fix").write_bytes(content)
    import_feed(folder / "source.fix", folder / "a.feed")
    return columns_of(folder / "a.feed")


def refused(folder: Path, content: bytes) -> FeedError:
    (folder / "source.fix").write_bytes(content)
    with pytest.raises(FeedError) as caught:
        import_feed(folder / "source.fix", folder / "a.feed", format_name="fix")
    assert [path.name for path in folder.iterdir()] == ["source.fix"]
    return caught.value


def test_each_line_is_a_message(tmp_path: Path) -> None:
    without_last_separator = HEARTBEAT[:-1]
    content = HEARTBEAT + b"\n\n" + HEARTBEAT + b"\r\n" + without_last_separator
    columns = imported(tmp_path, content)
    assert columns["payload"] == [HEARTBEAT, HEARTBEAT, without_last_separator]
    assert columns["channel"] == ["fix"] * 3


@pytest.mark.parametrize(
    ("sent", "recv_ns"),
    [
        (b"20240102-15:00:00", 1_704_207_600_000_000_000),
        (b"20240102-15:00:00.250", 1_704_207_600_250_000_000),
        (b"20240102-15:00:00.250001", 1_704_207_600_250_001_000),
        (b"20240102-15:00:00.250001999", 1_704_207_600_250_001_999),
        (b"20240102-15:00:00.250001999777", 1_704_207_600_250_001_999),
        (b"20240102150000250", 1_704_207_600_250_000_000),
        (b"20240102150000", 1_704_207_600_000_000_000),
        (b"20161231-23:59:60", 1_483_228_800_000_000_000),
    ],
)
def test_messages_are_received_when_they_were_sent(
    tmp_path: Path, sent: bytes, recv_ns: int
) -> None:
    columns = imported(tmp_path, HEARTBEAT.replace(SENT, b"52=" + sent))
    assert columns["recv_ns"] == [recv_ns]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"52=",
        b"52=2024",
        b"52=20240230-15:00:00",
        b"52=20240102-24:00:00",
        b"52=20240102-15:60:00",
        b"52=20240102-15:00:61",
        b"52=20240102-15:00:00.",
        b"52=20240102 15:00:00",
    ],
)
def test_a_message_without_a_sending_time_is_refused(tmp_path: Path, sent: bytes) -> None:
    error = refused(tmp_path, HEARTBEAT + b"\n" + HEARTBEAT.replace(SENT, sent))
    assert error.offset == len(HEARTBEAT) + 1
    assert "sending time in tag 52" in error.problem


@pytest.mark.parametrize("cut", [2, 3, 5, 7])
def test_a_message_without_its_checksum_is_refused(tmp_path: Path, cut: int) -> None:
    error = refused(tmp_path, HEARTBEAT + b"\n" + HEARTBEAT[:-cut] + b"\n")
    assert error.offset == len(HEARTBEAT) + 1
    assert "ending with 10=" in error.problem


@pytest.mark.parametrize("line", [b"hello", b"35=0\x01", b"\x00", b"8"])
def test_what_is_no_fix_message_is_refused(tmp_path: Path, line: bytes) -> None:
    error = refused(tmp_path, HEARTBEAT + b"\n" + line + b"\n")
    assert error.offset == len(HEARTBEAT) + 1
    assert "beginning with 8= or 1128=" in error.problem


def test_a_message_with_another_separator_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, HEARTBEAT + b"\n" + HEARTBEAT.replace(b"\x01", b"|") + b"\n")
    assert error.offset == len(HEARTBEAT) + 1
    assert "expected one FIX message with SOH after each field" in error.problem
