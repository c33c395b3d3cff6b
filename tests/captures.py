"""Captures for tests, made by scapy: another hand than the one that reads them."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from scapy.layers.inet import IP, TCP, UDP, fragment
from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, fragment6
from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Ether
from scapy.packet import Packet, Raw
from scapy.utils import wrpcap, wrpcapng

GROUP: Final = "224.0.31.1"
OTHER_GROUP: Final = "224.0.32.1"
PORT: Final = 14_310
CHANNEL: Final = f"{GROUP}:{PORT}"
OTHER_CHANNEL: Final = f"{OTHER_GROUP}:{PORT}"
SECOND_NS: Final = 10**9

Frames = list[Packet]

# Scapy says of its types what it can, and of these two nothing.
_fragment: Callable[[Packet, int], Frames] = fragment
_fragment6: Callable[[Packet, int], Frames] = fragment6


def udp(
    payload: bytes,
    *,
    group: str = GROUP,
    port: int = PORT,
    tags: Sequence[int] = (),
    fragment_bytes: int = 0,
) -> Frames:
    """A datagram, in as many frames as it has fragments."""
    whole = IP(src="10.0.0.1", dst=group, id=7) / UDP(sport=9, dport=port) / Raw(payload)
    parts = _fragment(whole, fragment_bytes) if fragment_bytes else [whole]
    return [_ethernet(tags) / part for part in parts]


def ipv6(payload: bytes, *, fragment_bytes: int = 0) -> Frames:
    """A datagram to `ff15::9`, behind a hop-by-hop header."""
    whole: Any = IPv6(src="fd00::1", dst="ff15::9") / IPv6ExtHdrHopByHop()
    if fragment_bytes:
        whole /= IPv6ExtHdrFragment(id=3)
    whole = whole / UDP(sport=9, dport=PORT) / Raw(payload)
    parts = _fragment6(whole, fragment_bytes) if fragment_bytes else [whole]
    return [_ethernet(()) / part for part in parts]


def tcp(number: int, payload: bytes, flags: str = "A") -> Frames:
    """A segment from `10.0.0.1:7000` to `10.0.0.2:8000`."""
    segment = TCP(sport=7000, dport=8000, seq=number, flags=flags)
    return [_ethernet(()) / IP(src="10.0.0.1", dst="10.0.0.2") / segment / Raw(payload)]


def arp() -> Frames:
    """What carries no message."""
    return [_ethernet(()) / ARP()]


def capture_of(
    groups: Iterable[Iterable[Frames]], *, container: str = "pcap", nanoseconds: bool = True
) -> bytes:
    """Bytes of a capture of all frames, each a second after the one before, the first at 1 s.

    Those of pcapng are in microseconds.
    """
    frames = [frame for group in groups for part in group for frame in part]
    for second, frame in enumerate(frames, start=1):
        frame.time = second
    with tempfile.TemporaryDirectory(prefix="latprobe-test-") as folder:
        path = Path(folder) / "made"
        if container == "pcapng":
            wrpcapng(str(path), frames)
        else:
            wrpcap(str(path), frames, nano=nanoseconds)
        return path.read_bytes()


def cme_packet(number: int, *messages: bytes) -> bytes:
    """A CME MDP 3.0 packet, sent as many nanoseconds after 1970 as its number is."""
    sized = b"".join((len(it) + 2).to_bytes(2, "little") + it for it in messages)
    return number.to_bytes(4, "little") + number.to_bytes(8, "little") + sized


def mold_packet(first: int, *messages: bytes) -> bytes:
    """A MoldUDP64 packet."""
    blocks = b"".join(len(it).to_bytes(2, "big") + it for it in messages)
    return b"SESSION001" + first.to_bytes(8, "big") + len(messages).to_bytes(2, "big") + blocks


def _ethernet(tags: Sequence[int]) -> Packet:
    frame: Any = Ether(src="02:00:00:00:00:01", dst="01:00:5e:00:1f:01")
    for depth, tag in enumerate(tags):
        is_outer = depth == 0 and len(tags) > 1
        frame /= Dot1AD(vlan=tag) if is_outer else Dot1Q(vlan=tag)
    packet: Packet = frame
    return packet
