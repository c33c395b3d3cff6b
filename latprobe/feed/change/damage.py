"""Faults within one payload."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from latprobe.feed.change.chances import Chances
from latprobe.feed.change.fault_plan import FaultPlan
from latprobe.feed.protocols.protocol import Patch, Protocol

Detail = dict[str, Any]
"""What the file of faults says of one fault, besides its kind and its message."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """A payload with a fault."""

    payload: bytes
    detail: Detail


def damaged(
    name: str,
    payload: bytes,
    recv_ns: int,
    plan: FaultPlan,
    protocol: Protocol | None,
    chances: Chances,
) -> Damaged | None:
    """A payload with the fault `name`; `None` where this one cannot have it."""
    if name == "truncate":
        result = _truncated(payload, chances)
    elif name == "flip":
        result = _flipped(payload, plan.size(name), chances)
    elif name == "oversize":
        result = _oversized(payload, plan.size(name))
    elif name == "bad-checksum":
        result = _with_wrong_checksum(payload, protocol, chances)
    else:
        result = _stale(payload, recv_ns, plan.size(name), protocol)
    return result


def base64_of(content: bytes) -> str:
    """Bytes as text."""
    return b64encode(content).decode()


def _truncated(payload: bytes, chances: Chances) -> Damaged | None:
    if not payload:
        return None
    length = chances.pick(len(payload))
    lengths = {"length_before": len(payload), "length_after": length}
    return Damaged(payload[:length], {**lengths, "removed": base64_of(payload[length:])})


def _flipped(payload: bytes, bits: int, chances: Chances) -> Damaged | None:
    size = len(payload) * 8
    if not size:
        return None
    places: set[int] = set()
    while len(places) < min(bits, size):
        places.add(chances.pick(size))
    changed = bytearray(payload)
    for place in places:
        changed[place // 8] ^= 1 << place % 8
    touched = sorted({place // 8 for place in places})
    patches = [Patch(at, payload[at : at + 1], bytes(changed[at : at + 1])) for at in touched]
    return Damaged(bytes(changed), {"bits": sorted(places), "changes": _changes(patches)})


def _oversized(payload: bytes, size: int) -> Damaged | None:
    if len(payload) >= size:
        return None
    # Its own bytes over and over, so that what was added looks like more of the same.
    pattern = payload or bytes(1)
    grown = (pattern * (size // len(pattern) + 1))[:size]
    return Damaged(grown, {"length_before": len(payload), "length_after": size})


def _with_wrong_checksum(
    payload: bytes, protocol: Protocol | None, chances: Chances
) -> Damaged | None:
    assert protocol is not None
    assert protocol.wrong_checksum is not None
    patch = protocol.wrong_checksum(payload, chances.one())
    if patch is None:
        return None
    checksums = {
        "checksum_before": patch.before.decode("latin-1"),
        "checksum_after": patch.after.decode("latin-1"),
    }
    return Damaged(_patched(payload, [patch]), {**checksums, "changes": _changes([patch])})


def _stale(payload: bytes, recv_ns: int, age_ns: int, protocol: Protocol | None) -> Damaged | None:
    assert protocol is not None
    assert protocol.restamp is not None
    stamped = protocol.restamp(payload, recv_ns, -age_ns)
    if stamped is None or stamped.event_ns_after >= stamped.event_ns_before:
        return None
    times = {"event_ns_before": stamped.event_ns_before, "event_ns_after": stamped.event_ns_after}
    changes = _changes(stamped.patches)
    return Damaged(_patched(payload, stamped.patches), {**times, "changes": changes})


def _patched(payload: bytes, patches: Sequence[Patch]) -> bytes:
    changed = bytearray(payload)
    for patch in patches:
        changed[patch.byte : patch.byte + len(patch.before)] = patch.after
    return bytes(changed)


def _changes(patches: Sequence[Patch]) -> list[Detail]:
    return [{"byte": it.byte, "before": it.before.hex(), "after": it.after.hex()} for it in patches]
