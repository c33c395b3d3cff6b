"""The messages of a feed file, by number."""

import mmap
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

Batch = tuple[int, int, int, int, int]
_AT_ONCE: Final = 4096


class Payloads:
    """Maps a feed, and answers its messages as bytes; where it ends, it starts anew.

    Args:
        path: The feed file.
        batches: Where each batch lies in it, see `latprobe.driver.scenario_job.Replayable`.
    """

    def __init__(self, path: Path, batches: Sequence[Batch]) -> None:
        with path.open("rb") as file:
            self._file = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        self._batches = batches

    def __iter__(self) -> Iterator[bytes]:
        """Without an end."""
        while True:
            for messages, _, offsets_at, payload_at, _ in self._batches:
                for first in range(0, messages, _AT_ONCE):
                    count = min(_AT_ONCE, messages - first)
                    ends = np.frombuffer(
                        self._file, np.int64, count + 1, offsets_at + 8 * first
                    ).tolist()
                    for start, stop in pairwise(ends):
                        yield self._file[payload_at + start : payload_at + stop]
