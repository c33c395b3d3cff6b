"""Counts of whole numbers of any size, in buckets that grow with the number."""

from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.feed.info.model import Distribution, Quantile

if TYPE_CHECKING:
    import numpy.typing as npt

_BUCKET_BITS: Final = 10
_EXACT: Final = 2 ** (_BUCKET_BITS + 1)
"""Below this, each number has a bucket of its own; above, a power of two has 1,024 buckets."""
_BUCKETS: Final = (64 - _BUCKET_BITS) << _BUCKET_BITS
_INT64_MAX: Final = 2**63 - 1

QUANTILES: Final = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)


class LogHistogram:
    """Numbers of 64 bits, to within 0.1 % of each, at 0.9 MB."""

    def __init__(self) -> None:
        self._above = np.zeros(_BUCKETS, np.int64)
        self._below = np.zeros(_BUCKETS, np.int64)
        self.count = 0
        self._least, self._most, self._sum = 0, 0, 0

    def add(self, values: "npt.NDArray[np.int64]") -> None:
        """Counts values."""
        if not len(values):
            return
        least, most = int(values.min()), int(values.max())
        self._least = least if not self.count else min(self._least, least)
        self._most = most if not self.count else max(self._most, most)
        # In two parts, so that neither sum leaves 64 bits.
        high, low = values >> 32, values & 0xFFFFFFFF
        self._sum += (int(high.sum()) << 32) + int(low.sum())
        self.count += len(values)
        self._above += np.bincount(_bucket(values[values >= 0]), minlength=_BUCKETS)
        if least < 0:
            magnitudes = -np.maximum(values[values < 0], -_INT64_MAX)
            self._below += np.bincount(_bucket(magnitudes), minlength=_BUCKETS)

    def distribution(self) -> Distribution | None:
        """Of all values; a quantile is the middle of its bucket. `None` of no values."""
        if not self.count:
            return None
        values = [-_middle(it) for it in np.flatnonzero(self._below)[::-1].tolist()]
        values += [_middle(it) for it in np.flatnonzero(self._above).tolist()]
        counts = [self._below[self._below > 0][::-1], self._above[self._above > 0]]
        upto = np.cumsum(np.concatenate(counts))
        return Distribution(
            self.count,
            self._least,
            self._most,
            self._sum / self.count,
            tuple(
                Quantile(it, min(max(values[_rank(upto, it)], self._least), self._most))
                for it in QUANTILES
            ),
        )


def exact_distribution(
    values: "npt.NDArray[np.int64]", counts: "npt.NDArray[np.int64]"
) -> Distribution | None:
    """Of distinct values, ascending, and how often each is there. `None` of no values."""
    if not len(values):
        return None
    upto = np.cumsum(counts)
    count = int(upto[-1])
    return Distribution(
        count,
        int(values[0]),
        int(values[-1]),
        sum(map(int.__mul__, values.tolist(), counts.tolist())) / count,
        tuple(Quantile(it, int(values[_rank(upto, it)])) for it in QUANTILES),
    )


def _rank(upto: "npt.NDArray[np.int64]", quantile: float) -> int:
    """Where the running count first reaches the quantile."""
    return int(np.searchsorted(upto, int(upto[-1]) * quantile, side="left"))


def _bucket(values: "npt.NDArray[np.int64]") -> "npt.NDArray[np.int64]":
    _, exponents = np.frexp(values.astype(np.float64))
    shifts = np.maximum(exponents.astype(np.int64) - _BUCKET_BITS - 1, 0)
    # Where the float was rounded up to a power of two, the sum is that of the bucket below.
    buckets: npt.NDArray[np.int64] = (shifts << _BUCKET_BITS) + (values >> shifts)
    return buckets


def _middle(bucket: int) -> int:
    if bucket < _EXACT:
        return bucket
    shift = (bucket >> _BUCKET_BITS) - 1
    start = (bucket - (shift << _BUCKET_BITS)) << shift
    return start + (1 << shift >> 1)
