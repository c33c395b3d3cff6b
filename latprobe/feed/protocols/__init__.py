"""What messages say of themselves, protocol by protocol."""

from typing import Final

from latprobe.feed.protocols.cme_mdp3 import CME_MDP3
from latprobe.feed.protocols.dbn_mbo import DBN_MBO
from latprobe.feed.protocols.fix import FIX
from latprobe.feed.protocols.iex_deep import IEX_DEEP
from latprobe.feed.protocols.itch50 import ITCH50
from latprobe.feed.protocols.json import JSON
from latprobe.feed.protocols.miax_tom import MIAX_TOM
from latprobe.feed.protocols.protocol import Protocol

PROTOCOLS: Final[tuple[Protocol, ...]] = (
    JSON,
    ITCH50,
    FIX,
    CME_MDP3,
    IEX_DEEP,
    MIAX_TOM,
    DBN_MBO,
)
"""Every protocol whose messages can be told apart."""


def protocol_named(name: str) -> Protocol | None:
    """The protocol of that name, which is what a feed's note says; `None` for another."""
    return next((protocol for protocol in PROTOCOLS if protocol.name == name), None)


def known_protocols() -> str:
    """The names of all, for an error."""
    return ", ".join(protocol.name for protocol in PROTOCOLS)
