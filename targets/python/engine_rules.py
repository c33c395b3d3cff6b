"""What both engines do alike: when they would trade.

Prices and quantities are whole numbers of 1e-8.
"""

from typing import Final, NamedTuple

FAMILY: Final = "python-engine"
STAGES: Final = ("parse", "book", "decide")
KINDS: Final = ("update", "ignored")
DEPTH: Final = 5
"""Levels of each side that count."""

_LOPSIDED_PERCENT: Final = 60


class Decision(NamedTuple):
    """An order that would be sent: at a price, for a quantity; negative ones are sold."""

    price: int
    quantity: int


def decide(best_bid: int, best_ask: int, bids: int, asks: int) -> Decision | None:
    """Buys where far more is bid than asked for in the levels that count, and the reverse.

    Args:
        best_bid: Price; 0 for none.
        best_ask: Price; 0 for none.
        bids: Quantity in the levels that count.
        asks: The same of the other side.
    """
    if not best_bid or not best_ask or not bids + asks:
        return None
    lopsided = 100 * (bids - asks) // (bids + asks)
    if lopsided > _LOPSIDED_PERCENT:
        return Decision(best_ask, min(bids, asks))
    if lopsided < -_LOPSIDED_PERCENT:
        return Decision(best_bid, -min(bids, asks))
    return None
