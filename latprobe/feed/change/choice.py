"""Names of channels or kinds that are chosen by patterns."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

import numpy as np

from latprobe.errors import FeedError
from latprobe.feed.reader import Feed

if TYPE_CHECKING:
    import numpy.typing as npt

_SHOWN: Final = 8
_REMEMBERED: Final = 65_536


class Choice:
    """Chooses by patterns (`*`, `?`, `[…]`); without any, everything.

    Args:
        what: `channel` or `kind`, for messages to people.
        patterns: A name has to match one of them.
    """

    def __init__(self, what: str, patterns: Sequence[str]) -> None:
        self._what = what
        self._unmatched = list(patterns)
        self._patterns = tuple(patterns)
        self._chosen: dict[str, bool] = {}

    def __bool__(self) -> bool:
        return bool(self._patterns)

    @property
    def settled(self) -> bool:
        """Whether each pattern has matched a name."""
        return not self._unmatched

    def rows(
        self, indices: "npt.NDArray[np.int32]", names: Sequence[str]
    ) -> "npt.NDArray[np.bool_]":
        """Which messages are chosen; message `i` is named `names[indices[i]]`."""
        chosen = np.zeros(len(names), np.bool_)
        for number in np.flatnonzero(np.bincount(indices)).tolist():
            chosen[number] = self._chooses(names[number])
        return chosen[indices]

    def check(self, feed: Feed) -> None:
        """Raises `FeedError` if a pattern has matched nothing in the whole feed."""
        if self.settled:
            return
        names = sorted(self._chosen)
        shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
        problem = f"no {self._what} matches {self._unmatched[0]!r}; there are {shown or 'none'}"
        raise FeedError(feed.path, None, problem)

    def _chooses(self, name: str) -> bool:
        known = self._chosen.get(name)
        if known is not None:
            return known
        matching = [it for it in self._patterns if self._matches(name, it)]
        self._unmatched = [it for it in self._unmatched if it not in matching]
        # A hostile feed has a new kind in each message.
        if len(self._chosen) < _REMEMBERED:
            self._chosen[name] = bool(matching)
        return bool(matching)

    def _matches(self, name: str, pattern: str) -> bool:
        # A kind that has a code before its name, such as `A add order`, goes by either.
        code, _, rest = name.partition(" ")
        alone = (name, code, rest) if self._what == "kind" else (name,)
        return any(fnmatchcase(it, pattern) for it in alone if it)
