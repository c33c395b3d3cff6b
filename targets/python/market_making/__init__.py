"""A market-making service, as it should be and as such services fail."""

from market_making.service import create

__all__ = ["create"]
