"""What the owner of a capture wants of it."""

from dataclasses import dataclass
from typing import Final, Literal

import msgspec

Framing = Literal["none", "moldudp64", "soupbintcp", "iex-tp", "cme-mdp3", "miax-mach"]
"""What messages are wrapped in. `none`: a UDP datagram, or what a TCP segment brings, is one."""

FRAMINGS: Final[tuple[Framing, ...]] = (
    "none",
    "moldudp64",
    "soupbintcp",
    "iex-tp",
    "cme-mdp3",
    "miax-mach",
)

_PROTOCOL_OF: Final[dict[Framing, str]] = {"cme-mdp3": "cme-mdp3-sbe"}
"""Language of the payloads where the framing carries only one."""


@dataclass(frozen=True, slots=True)
class CaptureOptions:
    """Which packets are wanted, and what their payloads are.

    A packet is wanted if it has one of the ports, one of the groups and one of the addresses; where
    none are named, any will do. Addresses are as text, also with a prefix: `224.0.31.0/24`.
    """

    framing: Framing = "none"
    ports: tuple[int, ...] = ()
    """Of source or destination."""
    groups: tuple[str, ...] = ()
    """Of the destination."""
    addresses: tuple[str, ...] = ()
    """Of source or destination."""
    arbitrate: bool = False
    """Whether lines that carry the same are made one: the first copy of each number stays."""
    lines: tuple[tuple[str, ...], ...] = ()
    """Lines that carry the same, as `group:port`; each inner tuple is one feed."""

    @property
    def protocol(self) -> str:
        """Language of the payloads, where the framing says it; else empty."""
        return _PROTOCOL_OF.get(self.framing, "")

    def to_json(self) -> str:
        """As the native reader takes it."""
        return msgspec.json.encode(self).decode()


WHOLE_CAPTURE: Final = CaptureOptions()
"""All packets, and payloads as they are."""
