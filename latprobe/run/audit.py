"""What an audit was told, beside its call-site pass."""

from typing import Literal

from msgspec import Struct

Counted = Literal["allocations", "frees", "reallocations", "bytes"]


class ZeroBudget(Struct, frozen=True):
    """A budget that allows none of something, from one stage to another (or in `total`)."""

    text: str
    counted: Counted
    first: str
    last: str
    kind: str | None


class AuditSettings(Struct, frozen=True):
    """What call sites are held against.

    `own` are the folders whose code is the target's own; none where that is told by rules, see
    docs/AUDIT.md. `root` is where the audit was run: files below it are shown relative to it.
    """

    root: str
    own: tuple[str, ...] = ()
    zero_budgets: tuple[ZeroBudget, ...] = ()
