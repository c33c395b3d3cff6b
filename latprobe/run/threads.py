"""The parts of the run document that are about targets which work in several threads."""

from msgspec import Struct


class Hop(Struct, frozen=True):
    """A queue between two threads of a target, before the stage of index `stage`."""

    name: str
    stage: int


class Skew(Struct, frozen=True):
    """By how much the clock of `other_cpu` is ahead of that of `cpu`: `offset_ns` ± `bound_ns`.

    Nothing is corrected by it: it says how far a time may be off that began on one and ended on the
    other.
    """

    cpu: int
    other_cpu: int
    offset_ns: float
    bound_ns: float
    rounds: int

    @property
    def error_ns(self) -> float:
        """The most that a time across the two may be off."""
        return abs(self.offset_ns) + self.bound_ns


class DepthFigure(Struct, frozen=True):
    """How many messages stood in a hop's queue when another came, of one kind or of all.

    The histogram holds numbers of messages.
    """

    hop: str
    kind: str | None
    messages: int
    mean: float
    p50: int
    p90: int
    p99: int
    p999: int
    max: int
    histogram: str


class Ends(Struct, frozen=True):
    """What became of the messages of the usual latency forks; the others were finished."""

    messages: int
    superseded: int
    dropped: int
