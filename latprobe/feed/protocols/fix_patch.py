"""Other checksums and other times for one FIX message."""

import re
from typing import Final

import numpy as np

from latprobe.feed.messages import Block, PlainChannels
from latprobe.feed.protocols.fix_fields import FixFields
from latprobe.feed.protocols.fix_time import time_like, times_ns
from latprobe.feed.protocols.protocol import NO_TIME, Patch, Restamped

_TRAILER: Final = re.compile(rb"\x0110=(\d{3})(?=\x01|\Z)")
_TIMES: Final = re.compile(rb"\x01(52|60)=([^\x01]{14,30})(?=\x01)")
_MODULUS: Final = 256


def wrong_checksum(payload: bytes, chance: float) -> Patch | None:
    """Any checksum but the right one and the one that is there."""
    found = _TRAILER.search(payload)
    if found is None:
        return None
    taken = {sum(payload[: found.start() + 1]) % _MODULUS, int(found[1])}
    free = [value for value in range(_MODULUS) if value not in taken]
    return Patch(found.start(1), found[1], b"%03d" % free[int(chance * len(free))])


def restamp(payload: bytes, recv_ns: int, by_ns: int) -> Restamped | None:
    """Moves sending and transaction time, and makes a checksum that was right so again."""
    del recv_ns
    patches = []
    event: tuple[int, int] | None = None
    tags: set[bytes] = set()
    changed = bytearray(payload)
    for found in _TIMES.finditer(payload):
        before_ns = _time_ns(found[2])
        if found[1] in tags or before_ns == NO_TIME:
            continue
        tags.add(found[1])
        after = time_like(found[2], before_ns + by_ns)
        if after == found[2] or len(after) != len(found[2]):
            return None
        patches.append(Patch(found.start(2), found[2], after))
        changed[found.start(2) : found.end(2)] = after
        if event is None or found[1] == b"60":
            event = (before_ns, _time_ns(after))
    if event is None:
        return None
    trailer = _TRAILER.search(payload)
    if trailer is not None and sum(payload[: trailer.start() + 1]) % _MODULUS == int(trailer[1]):
        right = b"%03d" % (sum(changed[: trailer.start() + 1]) % _MODULUS)
        if right != trailer[1]:
            patches.append(Patch(trailer.start(1), trailer[1], right))
    return Restamped(tuple(patches), *event)


def _time_ns(text: bytes) -> int:
    channels = PlainChannels(np.zeros(1, np.int32), ("",))
    ends = np.array([0, len(text)], np.int64)
    block = Block(np.zeros(1, np.int64), channels, ends, memoryview(text))
    return int(times_ns(FixFields(block), ends[:1], ends[1:])[0])
