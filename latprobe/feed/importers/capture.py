"""Captures of network traffic: pcap and pcapng, in any resolution of time.

The payloads of UDP datagrams, and the bytes of TCP streams in order, are messages; with a framing,
what is wrapped in them. The receive time of a message is that of the packet that completed it. The
channel is `group:port` for UDP, and `source:port>destination:port` for TCP.
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from latprobe._core import CaptureReader, NativeError
from latprobe.errors import FeedError
from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.source import Source
from latprobe.feed.messages import Block, PlainChannels

# In either order of bytes: microseconds, nanoseconds, and two kinds of modified files, which are
# recognised so that they are refused for what they are.
_PCAP_MAGICS: Final = tuple(
    magic[::step]
    for magic in (
        b"\xa1\xb2\xc3\xd4",
        b"\xa1\xb2\x3c\x4d",
        b"\xa1\xb2\xcd\x34",
        b"\xa1\xe2\xcb\x12",
    )
    for step in (1, -1)
)
_PCAPNG_MAGIC: Final = b"\x0a\x0d\x0d\x0a"
_BYTE_ORDER_MAGICS: Final = (b"\x4d\x3c\x2b\x1a", b"\x1a\x2b\x3c\x4d")


def _recognises_pcap(head: bytes) -> bool:
    return head.startswith(_PCAP_MAGICS)


def _recognises_pcapng(head: bytes) -> bool:
    return head.startswith(_PCAPNG_MAGIC) and head[8:12] in _BYTE_ORDER_MAGICS


def _reads(container: str) -> Callable[[Source, ImportOptions], Iterator[Block]]:
    def read(source: Source, options: ImportOptions) -> Iterator[Block]:
        try:
            reader = CaptureReader(container, options.capture.to_json())
        except NativeError as error:
            raise FeedError(source.path, None, str(error)) from error
        names: tuple[str, ...] = ()
        for chunk in source.chunks():
            _raise(source, reader.feed(chunk))
            names, block = _taken(source, reader, names)
            yield block
            if reader.is_lost:
                break
        _raise(source, reader.finish())
        yield _taken(source, reader, names)[1]
        told_elsewhere = ("messages", "bad")
        source.counts.update({it: n for it, n in reader.counts() if it not in told_elsewhere})

    return read


def _raise(source: Source, problem: tuple[int, str] | None) -> None:
    if problem is not None:
        raise source.fail(*problem)


def _taken(
    source: Source, reader: CaptureReader, names: tuple[str, ...]
) -> tuple[tuple[str, ...], Block]:
    """What came out of the last bytes, after telling what was bad in them."""
    for offset, problem, content in reader.take_bad():
        source.bad(offset, problem, content)
    if new := reader.channels(len(names)):
        names = (*names, *new)
    recv_ns, channels, offsets, places, payload = reader.take()
    return names, Block(
        np.frombuffer(recv_ns, np.int64),
        PlainChannels(np.frombuffer(channels, np.int32), names),
        np.frombuffer(offsets, np.int64),
        memoryview(payload),
        np.frombuffer(places, np.int64),
    )


PCAP: Final = Importer(
    name="pcap",
    version=1,
    protocol="",
    summary="captures of tcpdump and others, in µs or ns",
    recognises=_recognises_pcap,
    read=_reads("pcap"),
    takes=frozenset({"capture", "protocol"}),
)

PCAPNG: Final = Importer(
    name="pcapng",
    version=1,
    protocol="",
    summary="captures of Wireshark and others, of one interface or several",
    recognises=_recognises_pcapng,
    read=_reads("pcapng"),
    takes=frozenset({"capture", "protocol"}),
)
