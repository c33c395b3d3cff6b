"""What has changed from one audit to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from latprobe.run.audited import AuditRow, added
from latprobe.run.call_sites import SiteCounts

Change = Literal["new", "gone", "more", "less", "same"]


@dataclass(frozen=True)
class ChangedPlace:
    """A function, in one stage, in two audits.

    Lines move with every edit above them: functions keep their names.

    Attributes:
        function: Its name.
        file: The file that it is in; None where none is known.
        stage: None after the last mark.
        change: What became of it.
        before: Each message's amounts in the other audit.
        after: Those in this one.
        text: Where it is now, or was.
    """

    function: str
    file: str | None
    stage: str | None
    change: Change
    before: dict[str, float]
    after: dict[str, float]
    text: str


_AMOUNTS = ("allocations", "frees", "reallocations", "bytes", "locks", "system_calls")
_Key = tuple[str, str | None, str | None]


def changes(before: Sequence[AuditRow], after: Sequence[AuditRow]) -> list[ChangedPlace]:
    """What is new, what has become more or less, what has gone, and what is the same; in order."""
    old, new = _by_function(before), _by_function(after)
    found = [_changed(key, old.get(key), new.get(key)) for key in dict.fromkeys([*new, *old])]
    order: tuple[Change, ...] = ("new", "more", "gone", "less", "same")
    return sorted(found, key=lambda it: order.index(it.change))


@dataclass(frozen=True)
class _Sum:
    counts: SiteCounts
    messages: int
    text: str

    @property
    def each(self) -> dict[str, float]:
        return {name: getattr(self.counts, name) / (self.messages or 1) for name in _AMOUNTS}


def _by_function(rows: Sequence[AuditRow]) -> dict[_Key, _Sum]:
    sums: dict[_Key, _Sum] = {}
    for row in rows:
        key = (row.place.function, row.place.file, row.stage)
        known = sums.get(key)
        counts = row.counts if known is None else added(known.counts, row.counts)
        text = row.place.text if known is None else known.text
        sums[key] = _Sum(counts, row.messages, text)
    return sums


def _changed(key: _Key, before: _Sum | None, after: _Sum | None) -> ChangedPlace:
    function, file, stage = key
    none = dict.fromkeys(_AMOUNTS, 0.0)
    old = none if before is None else before.each
    new = none if after is None else after.each
    here = after or before
    assert here is not None
    return ChangedPlace(
        function, file, stage, _change(before, after, old, new), old, new, here.text
    )


def _change(
    before: _Sum | None, after: _Sum | None, old: dict[str, float], new: dict[str, float]
) -> Change:
    if before is None:
        return "new"
    if after is None:
        return "gone"
    asked = [it["allocations"] + it["reallocations"] for it in (old, new)]
    compared = [(asked[0], asked[1]), *((old[name], new[name]) for name in _AMOUNTS)]
    for then, now in compared:
        if now != then:
            return "more" if now > then else "less"
    return "same"
