"""A feed in figures."""

from latprobe.feed.info.info import feed_info
from latprobe.feed.info.model import (
    Bar,
    Busiest,
    ChannelInfo,
    Distribution,
    FeedInfo,
    KindInfo,
    Lag,
    Quantile,
    Rates,
    SequenceInfo,
    SeriesInfo,
)

__all__ = [
    "Bar",
    "Busiest",
    "ChannelInfo",
    "Distribution",
    "FeedInfo",
    "KindInfo",
    "Lag",
    "Quantile",
    "Rates",
    "SequenceInfo",
    "SeriesInfo",
    "feed_info",
]
