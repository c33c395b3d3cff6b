"""Captures, made by another tool, into feeds."""

from pathlib import Path

import pytest

from latprobe.errors import FeedError
from latprobe.feed.importers.capture_options import CaptureOptions, Framing
from latprobe.feed.importers.import_feed import import_recording
from latprobe.feed.importers.imported import Imported
from latprobe.feed.importers.importer import ImportOptions
from tests.captures import (
    CHANNEL,
    GROUP,
    OTHER_CHANNEL,
    OTHER_GROUP,
    PORT,
    SECOND_NS,
    Frames,
    arp,
    capture_of,
    cme_packet,
    ipv6,
    mold_packet,
    tcp,
    udp,
)
from tests.feeds import TRADE, columns_of, leftovers

Columns = dict[str, list[object]]


def imported(
    folder: Path,
    *frames: Frames,
    container: str = "pcap",
    nanoseconds: bool = True,
    capture: CaptureOptions | None = None,
    protocol: str = "",
) -> tuple[Imported, Columns]:
    content = capture_of([frames], container=container, nanoseconds=nanoseconds)
    (folder / "source").write_bytes(content)
    options = ImportOptions(protocol=protocol, capture=capture or CaptureOptions())
    done = import_recording(folder / "source", folder / "a.feed", options=options)
    return done, columns_of(folder / "a.feed")


def refused(folder: Path, content: bytes, **capture: object) -> FeedError:
    (folder / "source").write_bytes(content)
    options = ImportOptions(capture=CaptureOptions(**capture))  # type: ignore[arg-type]
    with pytest.raises(FeedError) as caught:
        import_recording(folder / "source", folder / "a.feed", options=options)
    assert [path.name for path in folder.iterdir()] == ["source"]
    return caught.value


@pytest.mark.parametrize(
    ("container", "nanoseconds"), [("pcap", True), ("pcap", False), ("pcapng", True)]
)
def test_datagrams_are_messages_with_their_time_and_group(
    tmp_path: Path, container: str, nanoseconds: bool
) -> None:
    frames = [udp(b"one"), udp(b"two", group=OTHER_GROUP), arp()]
    done, columns = imported(tmp_path, *frames, container=container, nanoseconds=nanoseconds)
    assert columns == {
        "recv_ns": [SECOND_NS, 2 * SECOND_NS],
        "channel": [CHANNEL, OTHER_CHANNEL],
        "payload": [b"one", b"two"],
    }
    assert done.counts == {"packets": 3, "not_ip": 1}
    assert done.feed.importer == f"{container} 1"


def test_tags_fragments_and_ipv6_are_seen_through(tmp_path: Path) -> None:
    long = bytes(range(256)) * 20
    _, columns = imported(
        tmp_path,
        udp(b"one", tags=[905]),
        udp(b"two", tags=[7, 905]),
        udp(long, fragment_bytes=1400),
        ipv6(b"four"),
        ipv6(long, fragment_bytes=1280),
    )
    assert columns["payload"] == [b"one", b"two", long, b"four", long]
    assert columns["channel"] == [CHANNEL] * 3 + [f"[ff15::9]:{PORT}"] * 2
    # Five fragments of the first, and then five: received with the last of them.
    assert columns["recv_ns"] == [second * SECOND_NS for second in (1, 2, 6, 7, 12)]


def test_a_tcp_stream_is_put_in_order(tmp_path: Path) -> None:
    first = 2**32 - 3
    done, columns = imported(
        tmp_path,
        tcp(first - 1, b"", "S"),
        tcp(first + 3 - 2**32, b"two"),
        tcp(first, b"one"),
        tcp(first, b"one"),
        tcp(first + 6 - 2**32, b"end", "FA"),
    )
    assert columns["payload"] == [b"one", b"two", b"end"]
    assert columns["recv_ns"] == [3 * SECOND_NS, 3 * SECOND_NS, 5 * SECOND_NS]
    assert columns["channel"] == ["10.0.0.1:7000>10.0.0.2:8000"] * 3
    assert done.counts["tcp_retransmissions"] == 1


@pytest.mark.parametrize(
    ("capture", "payloads"),
    [
        (CaptureOptions(ports=(1,)), [b"b", b"c"]),
        (CaptureOptions(groups=("224.0.31.0/24",)), [b"a", b"b"]),
        (CaptureOptions(ports=(1,), groups=(GROUP,)), [b"b"]),
        (CaptureOptions(addresses=(OTHER_GROUP, "192.168.0.0/16")), [b"c"]),
    ],
)
def test_filters_leave_out_what_is_not_wanted(
    tmp_path: Path, capture: CaptureOptions, payloads: list[bytes]
) -> None:
    frames = [udp(b"a"), udp(b"b", port=1), udp(b"c", group=OTHER_GROUP, port=1)]
    done, columns = imported(tmp_path, *frames, capture=capture)
    assert columns["payload"] == payloads
    assert done.counts["filtered_out"] == 3 - len(payloads)


@pytest.mark.parametrize(
    ("framing", "protocol", "noted"),
    [
        ("none", "", ""),
        ("moldudp64", "itch50", "itch50"),
        ("cme-mdp3", "", "cme-mdp3-sbe"),
        ("cme-mdp3", "other", "other"),
    ],
)
def test_a_feed_says_which_language_its_payloads_are_in(
    tmp_path: Path, framing: Framing, protocol: str, noted: str
) -> None:
    packet = cme_packet(1, b"a") if framing == "cme-mdp3" else mold_packet(1, b"a")
    capture = CaptureOptions(framing)
    done, _ = imported(tmp_path, udp(packet), capture=capture, protocol=protocol)
    assert done.feed.protocol == noted


def test_messages_are_unwrapped_and_gaps_are_counted(tmp_path: Path) -> None:
    frames = [udp(mold_packet(1, b"one", b"two")), udp(mold_packet(5, b"five"))]
    done, columns = imported(tmp_path, *frames, capture=CaptureOptions("moldudp64"))
    assert columns["payload"] == [b"one", b"two", b"five"]
    assert done.counts == {"packets": 2, "gaps": 1, "missing": 2}


def test_lines_are_made_one(tmp_path: Path) -> None:
    packets = {number: cme_packet(number, b"%d" % number) for number in range(1, 5)}
    frames = [
        udp(packets[1]),
        udp(packets[1], group=OTHER_GROUP),
        udp(packets[2], group=OTHER_GROUP),
        udp(packets[4]),
    ]
    lines = ((CHANNEL, OTHER_CHANNEL),)
    capture = CaptureOptions("cme-mdp3", arbitrate=True, lines=lines)
    done, columns = imported(tmp_path, *frames, capture=capture)
    assert columns["payload"] == [b"1", b"2", b"4"]
    assert columns["channel"] == [CHANNEL] * 3
    assert (done.counts["duplicates"], done.counts["gaps"], done.counts["missing"]) == (1, 1, 1)
    assert (done.counts["line_gaps"], done.counts["line_missing"]) == (1, 2)


def test_options_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    content = capture_of([[udp(b"a")]])
    assert "without a framing there is none" in refused(tmp_path, content, arbitrate=True).problem
    assert "found '224'" in refused(tmp_path, content, groups=("224",)).problem.replace('"', "'")


def test_options_of_captures_are_refused_for_other_formats(tmp_path: Path) -> None:
    error = refused(tmp_path, b"1723161255 " + TRADE, ports=(5,))
    assert "(--framing, --port, …) is for pcap, pcapng; this is read as ndjson" in error.problem


def test_a_packet_of_another_protocol_is_refused_where_it_lies(tmp_path: Path) -> None:
    content = capture_of([[udp(mold_packet(1, b"one")), udp(b"hello")]])
    error = refused(tmp_path, content, framing="moldudp64")
    assert error.offset == 24 + 16 + 42 + 25
    assert error.problem.startswith("expected a MoldUDP64 packet; found an end")


@pytest.mark.parametrize("container", ["pcap", "pcapng"])
def test_a_capture_that_is_cut_off_is_refused_or_kept_up_to_there(
    tmp_path: Path, container: str
) -> None:
    content = capture_of([[udp(b"one"), udp(b"two")]], container=container)[:-30]
    assert "found the end of the capture" in refused(tmp_path, content).problem
    done = import_recording(tmp_path / "source", tmp_path / "a", quarantine=tmp_path / "bad")
    assert columns_of(tmp_path / "a")["payload"] == [b"one"]
    assert done.set_aside is not None
    assert done.set_aside.messages == 1
    assert done.set_aside.problems == {"expected a whole packet": 1}
    assert leftovers(tmp_path) == []


def test_what_follows_a_bad_packet_is_kept(tmp_path: Path) -> None:
    content = bytearray(capture_of([[udp(b"one"), udp(b"two"), udp(b"six")]]))
    second_packet = 24 + 16 + 45 + 16
    content[second_packet + 14] = 0x41  # a header of 4 bytes
    assert refused(tmp_path, bytes(content)).offset == second_packet - 16
    import_recording(tmp_path / "source", tmp_path / "a", quarantine=tmp_path / "bad")
    assert columns_of(tmp_path / "a")["payload"] == [b"one", b"six"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00", "expected the header of a capture; found 8 bytes"),
        (bytes.fromhex("34cdb2a1") + bytes(20), "modified pcap file, which is not supported"),
        (bytes.fromhex("d4c3b2a1020004000000000000000000ffff000069000000"), "link type 105"),
        (bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"), "expected a message"),
        (bytes.fromhex("0a0d0d0a0d0000004d3c2b1a") + bytes(20), "a multiple of 4"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in refused(tmp_path, content).problem
