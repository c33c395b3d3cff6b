"""Damaged recordings and feeds end in success or in a `FeedError`: nothing else, nothing left."""

import base64
import json
import tempfile
from pathlib import Path
from typing import Final

import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from latprobe.errors import FeedError
from latprobe.feed.expand import expand
from latprobe.feed.importers.import_feed import import_feed, import_recording
from latprobe.feed.info import feed_info
from latprobe.feed.reader import open_feed
from latprobe.feed.synth.synth import synth
from tests.archives import ARCHIVERS
from tests.captures import capture_of, ipv6, tcp, udp
from tests.damage import Damage, damaged, damages
from tests.feeds import (
    ORDER_DELETE,
    SYSTEM_EVENT,
    columns_of,
    length_prefixed,
    table_of,
    write_table,
    zero_prefixed,
)

_SCRATCH_FOLDER: Final = tempfile.TemporaryDirectory(prefix="latprobe-test-")
_SCRATCH: Final = Path(_SCRATCH_FOLDER.name)


def _made_up(protocol: str, messages: int) -> list[bytes]:
    path = _SCRATCH / "made.feed"
    synth(protocol, messages, 3, path)
    return [bytes(payload) for payload in columns_of(path)["payload"]]


_FRAMES: Final = _made_up("json", 12)
_TIMED: Final = b"".join(
    b"%d %b\n" % (1_704_207_600_000_000_000 + number, frame) for number, frame in enumerate(_FRAMES)
)
_PACKETS: Final = [
    udp(b"one"),
    udp(b"two" * 30, fragment_bytes=40),
    ipv6(b"three"),
    tcp(9, b"", "S"),
    tcp(14, b"sixth"),
    tcp(10, b"five"),
]
_RECORDINGS: Final = {
    "ndjson with times": ("ndjson", _TIMED),
    "bare ndjson": ("ndjson", b"\n".join(_FRAMES)),
    **{codec: ("ndjson", archive(_TIMED)) for codec, archive in ARCHIVERS.items()},
    "gzip of members": ("ndjson", b"".join(map(ARCHIVERS["gzip"], _TIMED.splitlines(True)))),
    "itch50 after lengths": ("itch50", length_prefixed(*[SYSTEM_EVENT, ORDER_DELETE] * 9)),
    "itch50 after zeros": ("itch50", zero_prefixed(*[SYSTEM_EVENT, ORDER_DELETE] * 9)),
    "fix": ("fix", b"\n".join(_made_up("fix", 12))),
    "pcap": ("pcap", capture_of([_PACKETS])),
    "pcapng": ("pcapng", capture_of([_PACKETS], container="pcapng")),
}


def _feeds() -> dict[str, bytes]:
    path = _SCRATCH / "made.feed"
    synth("json", 300, 3, path)
    plain = table_of(path)
    other = pa.table(
        {
            "recv_ns": plain["recv_ns"]
            .cast(pa.timestamp("ns"))
            .cast(pa.timestamp("us"), safe=False),
            "channel": plain["channel"].cast(pa.string()),
            "payload": plain["payload"].cast(pa.binary()),
        }
    )
    return {
        "latprobe's own": path.read_bytes(),
        "zstd": write_table(path, plain, codec="zstd").read_bytes(),
        "lz4": write_table(path, plain, codec="lz4").read_bytes(),
        "stream": write_table(path, plain, stream=True).read_bytes(),
        "other types": write_table(path, other).read_bytes(),
    }


_FEEDS: Final = _feeds()


def _import(content: bytes, format_name: str | None) -> None:
    """Imports; checks that a feed is there, and is sound, exactly when there was no error."""
    with tempfile.TemporaryDirectory(dir=_SCRATCH) as name:
        folder = Path(name)
        (folder / "source").write_bytes(content)
        try:
            feed = import_feed(folder / "source", folder / "out.feed", format_name=format_name)
        except FeedError:
            assert [path.name for path in folder.iterdir()] == ["source"]
            return
        assert sorted(path.name for path in folder.iterdir()) == ["out.feed", "source"]
        assert feed.messages > 0
        assert feed_info(folder / "out.feed").sha256_verified


def _import_with_quarantine(content: bytes, format_name: str | None) -> None:
    """Imports what is good; checks that both files are there, and agree, or neither is."""
    with tempfile.TemporaryDirectory(dir=_SCRATCH) as name:
        folder = Path(name)
        (folder / "source").write_bytes(content)
        try:
            found = import_recording(
                folder / "source",
                folder / "out.feed",
                format_name=format_name,
                quarantine=folder / "bad",
            )
        except FeedError:
            assert [path.name for path in folder.iterdir()] == ["source"]
            return
        assert sorted(path.name for path in folder.iterdir()) == ["bad", "out.feed", "source"]
        assert found.feed.messages > 0
        assert feed_info(folder / "out.feed").sha256_verified
        lines = (folder / "bad").read_bytes().splitlines()
        aside = [json.loads(line) for line in lines]
        assert found.set_aside is not None
        assert len(aside) == found.set_aside.messages + (found.set_aside.lost is not None)
        sizes = sum(len(base64.b64decode(it["payload"])) for it in aside)
        assert sizes == found.set_aside.payload_bytes


@given(st.sampled_from(sorted(_RECORDINGS)), damages, st.booleans())
@settings(max_examples=300, deadline=None)
def test_damaged_recordings_are_imported_or_refused(
    name: str, how: list[Damage], named: bool
) -> None:
    format_name, content = _RECORDINGS[name]
    _import(damaged(content, how), format_name if named else None)


@given(st.sampled_from(sorted(_RECORDINGS)), damages, st.booleans())
@settings(max_examples=300, deadline=None)
def test_what_is_good_of_a_damaged_recording_is_imported_and_the_rest_set_aside(
    name: str, how: list[Damage], named: bool
) -> None:
    format_name, content = _RECORDINGS[name]
    _import_with_quarantine(damaged(content, how), format_name if named else None)


@given(
    st.sampled_from(["itch50 after lengths", "itch50 after zeros", "bare ndjson", "fix"]), damages
)
@settings(max_examples=200, deadline=None)
def test_nothing_of_a_damaged_recording_disappears(name: str, how: list[Damage]) -> None:
    """What was set aside is the content at its offset; the rest is in the feed, or a blank."""
    format_name, whole = _RECORDINGS[name]
    content = damaged(whole, how)
    with tempfile.TemporaryDirectory(dir=_SCRATCH) as folder:
        source, out, bad = (Path(folder) / it for it in ("source", "out.feed", "bad"))
        source.write_bytes(content)
        try:
            import_recording(
                source, out, format_name=format_name, quarantine=bad, max_backwards_ns=2**64
            )
        except FeedError:
            return
        aside = [json.loads(line) for line in bad.read_bytes().splitlines()]
        pieces = [(it["offset"], base64.b64decode(it["payload"])) for it in aside]
        for offset, piece in pieces:
            assert content[offset : offset + len(piece)] == piece
        payloads = columns_of(out)["payload"]
        known = sum(len(piece) for _, piece in pieces) + sum(map(len, payloads))
        if format_name == "itch50":
            assert len(content) - known in (2 * len(payloads), 2 * len(payloads) + 2)
        else:
            blanks = sum(map(content.count, (b"\n", b"\r", b" ", b"\t")))
            assert known <= len(content) <= known + blanks


@given(
    st.sampled_from(["ndjson", "itch50", "fix", "pcap", "pcapng", None]), st.binary(max_size=300)
)
@example("itch50", b"\x00\x00")
@example("itch50", b"\x00")
@example("ndjson", b"\n")
@example("ndjson", b"\xef\xbb\xbf")
@example("fix", b"\x01")
@example(None, b"\x1f\x8b")
@example(None, b"\x28\xb5\x2f\xfd")
@example(None, b"ARROW1\x00\x00")
@example(None, b"\xff\xff\xff\xff")
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_imported_or_refused(format_name: str | None, content: bytes) -> None:
    _import(content, format_name)


@given(st.sampled_from(sorted(_FEEDS)), damages)
@settings(max_examples=300, deadline=None)
def test_damaged_feeds_are_read_or_refused(name: str, how: list[Damage]) -> None:
    with tempfile.TemporaryDirectory(dir=_SCRATCH) as folder:
        path, out = Path(folder) / "in.feed", Path(folder) / "out.feed"
        path.write_bytes(damaged(_FEEDS[name], how))
        try:
            feed = open_feed(path)
        except FeedError:
            return
        size = path.stat().st_size
        for batch in feed.batches:
            assert 0 < batch.recv_ns_offset <= size - 8 * batch.messages
            assert 0 < batch.payload_offsets_offset <= size - 8 * (batch.messages + 1)
            assert 0 <= batch.payload_offset <= size - batch.payload_size
        try:
            feed_info(path)
            expand(path, out)
        except FeedError:
            assert [it.name for it in Path(folder).iterdir()] == ["in.feed"]
        else:
            assert open_feed(out).messages == feed.messages


@given(st.sampled_from(sorted(_RECORDINGS)), st.floats(0, 0.999))
@settings(max_examples=150, deadline=None)
def test_a_recording_that_is_cut_off_gives_the_first_messages_or_an_error(
    name: str, kept: float
) -> None:
    format_name, content = _RECORDINGS[name]
    with tempfile.TemporaryDirectory(dir=_SCRATCH) as folder:
        source, out = Path(folder) / "source", Path(folder) / "out.feed"
        source.write_bytes(content)
        import_feed(source, out)
        whole = columns_of(out)["payload"]
        source.write_bytes(content[: int(kept * len(content))])
        try:
            import_feed(source, out, format_name=format_name)
        except FeedError:
            assert columns_of(out)["payload"] == whole
        else:
            some = columns_of(out)["payload"]
            # The last separator of a FIX message may be cut off.
            assert [it.rstrip(b"\x01") for it in some] == [
                it.rstrip(b"\x01") for it in whole[: len(some)]
            ]
