"""Sequence numbers over all series of a feed."""

from typing import Final

import numpy as np

from latprobe.feed.info.model import SequenceInfo, SeriesInfo
from latprobe.feed.info.series import Series
from latprobe.feed.messages import PlainChannels
from latprobe.feed.protocols.protocol import NO_SERIES, Sequences

_MOST_SERIES: Final = 65_536


class SequenceTally:
    """Follows each series of each channel."""

    def __init__(self) -> None:
        self._series: dict[tuple[str, str, bool], Series] = {}
        self._untracked = 0

    def add(self, channels: PlainChannels, sequences: Sequences) -> None:
        """Adds the messages of a block."""
        rows = np.flatnonzero(sequences.series != NO_SERIES)
        if not len(rows):
            return
        width = len(sequences.names)
        owners = channels.indices[rows].astype(np.int64) * width + sequences.series[rows]
        order = np.argsort(owners, kind="stable")
        sorted_owners = owners[order]
        bounds = np.flatnonzero(np.diff(sorted_owners)) + 1
        for group in np.split(order, bounds):
            channel, series = divmod(int(owners[group[0]]), width)
            name = sequences.names[series]
            key = (channels.names[channel], name, sequences.gapless[series])
            if key not in self._series and len(self._series) >= _MOST_SERIES:
                self._untracked += len(group)
                continue
            if key not in self._series:
                self._series[key] = Series(key[0], name, gapless=key[2])
            chosen = rows[group]
            self._series[key].add(sequences.first[chosen], sequences.last[chosen])

    def info(self) -> SequenceInfo | None:
        """What is known by now; `None` if no message had a number."""
        if not self._series:
            return None
        series = sorted((it.info() for it in self._series.values()), key=_importance, reverse=True)
        return SequenceInfo(
            messages=sum(it.messages for it in series) + self._untracked,
            gaps=sum(it.gaps for it in series),
            missing=sum(it.missing for it in series),
            duplicates=sum(it.duplicates for it in series),
            out_of_order=sum(it.out_of_order for it in series),
            overlaps=sum(it.overlaps for it in series),
            restarts=sum(it.restarts for it in series),
            untracked=self._untracked,
            series=tuple(series),
        )


def _importance(it: SeriesInfo) -> tuple[int, int]:
    return it.gaps + it.duplicates + it.out_of_order + it.overlaps + it.restarts, it.messages
