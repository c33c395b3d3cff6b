"""What the service wants to quote."""

from dataclasses import dataclass

from market_making.market import Snapshot

_HALF_SPREAD = 0.000_2
_SKEW = 0.000_01


@dataclass(frozen=True, slots=True)
class Quote:
    """Prices at which the service would buy and sell."""

    bid: float
    ask: float


def quote_for(market: Snapshot) -> Quote | None:
    """A quote around the middle, lower the more is held; None without a market."""
    if market.bid <= 0 or market.ask <= 0:
        return None
    fair = (market.bid + market.ask) / 2 * (1 - _SKEW * market.position)
    return Quote(round(fair * (1 - _HALF_SPREAD), 1), round(fair * (1 + _HALF_SPREAD), 1))
