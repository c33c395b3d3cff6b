"""Captures of any size: MoldUDP64 packets of synthetic ITCH 5.0, in pcap with nanoseconds."""

import struct
import tempfile
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from latprobe.feed.synth.synth import synth

if TYPE_CHECKING:
    import numpy.typing as npt

GROUP: Final = bytes((233, 54, 12, 111))
_HEADER: Final = struct.pack("<IHHIIII", 0xA1B23C4D, 2, 4, 0, 0, 65_535, 1)
_ETHERNET: Final = bytes.fromhex("01005e360c6f 020000000001 0800".replace(" ", ""))
_MESSAGES: Final = 100_000
_MOST_IN_PACKET: Final = 12
# Where a record's time, and a packet's sequence number, lie in the record.
_SECONDS_AT: Final = 0
_NUMBER_AT: Final = 16 + 14 + 20 + 8 + 10


def write_capture(path: Path, size: int) -> int:
    """Writes about so many bytes; answers how many messages are in them.

    The same second of traffic again and again, with sequence numbers and times that go on.
    """
    messages = _messages()
    records, starts = _second_of(messages)
    block = np.frombuffer(records, np.uint8).copy()
    numbers = np.array([first for _, first in starts], np.uint64)
    places = np.array([start for start, _ in starts])
    repeats = size // len(block) + 1
    with path.open("wb") as file:
        file.write(_HEADER)
        for repeat in range(repeats):
            again = (numbers + np.uint64(repeat * len(messages))).astype(">u8")
            _put(block, places + _NUMBER_AT, again.view(np.uint8).reshape(-1, 8))
            second = np.full(len(places), 1_700_000_000 + repeat, "<u4")
            _put(block, places + _SECONDS_AT, second.view(np.uint8).reshape(-1, 4))
            file.write(block.data)
    return repeats * len(messages)


def _put(block: "npt.NDArray[Any]", places: "npt.NDArray[Any]", fields: "npt.NDArray[Any]") -> None:
    for byte in range(fields.shape[1]):
        block[places + byte] = fields[:, byte]


def _messages() -> list[bytes]:
    with tempfile.TemporaryDirectory(prefix="latprobe-bench-") as folder:
        path = Path(folder) / "made.feed"
        synth("itch50", _MESSAGES, 1, path)
        with pa.OSFile(str(path), mode="r") as file:
            rows: list[dict[str, Any]] = pa.ipc.open_file(file).read_all().to_pylist()
        return [row["payload"] for row in rows]


def _second_of(messages: list[bytes]) -> tuple[bytes, list[tuple[int, int]]]:
    """All messages in records, and where each record begins and the number of its first message."""
    rest, first = iter(messages), 1
    records = bytearray()
    starts: list[tuple[int, int]] = []
    while some := list(islice(rest, 1 + (first * 7) % _MOST_IN_PACKET)):
        starts.append((len(records), first))
        blocks = b"".join(len(it).to_bytes(2, "big") + it for it in some)
        mold = b"BENCH00001" + first.to_bytes(8, "big") + len(some).to_bytes(2, "big") + blocks
        udp = struct.pack(">HHHH", 9, 26_477, 8 + len(mold), 0) + mold
        total = 20 + len(udp)
        ip = struct.pack(">BBHHHBBH", 0x45, 0, total, 0, 0, 9, 17, 0) + bytes(4) + GROUP + udp
        frame = _ETHERNET + ip
        records += struct.pack("<IIII", 0, first * 1000, len(frame), len(frame)) + frame
        first += len(some)
    return bytes(records), starts
