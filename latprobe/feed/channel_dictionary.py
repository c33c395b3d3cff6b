"""The channels of a feed being written."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from latprobe.feed.format import CHANNEL_LIMIT, CHANNEL_LIMIT_BYTES


class ChannelDictionary:
    """Numbers channels in order of appearance."""

    def __init__(self) -> None:
        self._index_of: dict[str, int] = {}
        self._names = pa.array([], pa.string())

    def __len__(self) -> int:
        return len(self._index_of)

    def indices(self, channels: Sequence[str]) -> list[int]:
        """The number of each channel; one that is new gets the next.

        Raises:
            ValueError: A new channel has too long a name, or there are too many.
        """
        index_of = self._index_of
        try:
            return [index_of[channel] for channel in channels]
        except KeyError:
            self._learn(channels)
            return [index_of[channel] for channel in channels]

    def encode(self, indices: "pa.Array[Any]") -> "pa.DictionaryArray[Any, Any]":
        """Numbers as an Arrow column with all names known so far."""
        if len(self._names) < len(self._index_of):
            self._names = pa.array(list(self._index_of), pa.string())
        return pa.DictionaryArray.from_arrays(indices, self._names)

    def _learn(self, channels: Sequence[str]) -> None:
        for channel in channels:
            if channel in self._index_of:
                continue
            if len(channel.encode()) > CHANNEL_LIMIT_BYTES:
                raise ValueError(f"a channel's name is longer than {CHANNEL_LIMIT_BYTES} bytes")
            if len(self._index_of) >= CHANNEL_LIMIT:
                raise ValueError(f"there are more than {CHANNEL_LIMIT:,} channels")
            self._index_of[channel] = len(self._index_of)
