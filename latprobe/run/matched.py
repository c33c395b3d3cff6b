"""The part of the run document that is about two recordings and the pairs in them.

Times are in nanoseconds, histograms in the HDR V2 compressed encoding (Base64).
"""

from msgspec import Struct

from latprobe.run.slow_message import TailMessage


class MatchedRecording(Struct, frozen=True):
    """One side: what went in, or what came out.

    `step_ns` is the part of a second that all of its times are multiples of, from the first on.
    Messages `out_of_order` are earlier than the one before; they were put in order. `first_key` is
    null where no message has a key.
    """

    name: str
    protocol: str
    source: str
    importer: str
    sha256: str
    messages: int
    without_key: int
    first_ns: int
    last_ns: int
    out_of_order: int
    step_ns: int
    first_key: str | None


class PairCounts(Struct, frozen=True):
    """What became of each message that has a key. The rules are in docs/MATCH.md.

    Of those that went in, some were `answered`; `superseded` by a later one with their key before
    that; or `unanswered`. Of those that came out, some are `paired` with one that went in;
    `repeated`, where it had its answer; `early`, before the only ones with their key; or `uncaused`
    by any. `ambiguous` pairs are those whose answer another one that went in waited for as well.
    """

    answered: int
    superseded: int
    unanswered: int
    paired: int
    repeated: int
    early: int
    uncaused: int
    ambiguous: int

    @property
    def ins(self) -> int:
        """Messages with a key that went in."""
        return self.answered + self.superseded + self.unanswered

    @property
    def outs(self) -> int:
        """Messages with a key that came out."""
        return self.paired + self.repeated + self.early + self.uncaused


class MatchedTimes(Struct, frozen=True):
    """From in to out, of one kind. The sum is exact; the histogram has three digits."""

    kind: str
    count: int
    sum_ns: float
    histogram: str


class MatchedBlock(Struct, frozen=True):
    """Pairs that came out one after the other, by kind."""

    kinds: tuple[MatchedTimes, ...]


class OtherTimes(Struct, frozen=True):
    """The same pairs, were each ambiguous answer that of the message at the other end.

    That is the oldest of those that waited, where the latest got it, and the other way round.
    """

    kinds: tuple[MatchedTimes, ...]
    blocks: tuple[MatchedBlock, ...]


class MatchPass(Struct, frozen=True, tag="match", tag_field="collector"):
    """Two recordings, and the time from in to out of each pair in them.

    `blocks` are the same pairs in the order in which they came out, in parts of nearly one size.
    `other` is null where no pair is ambiguous. `early` is how long before their message those came
    that came before it; null for none. `tail` are the slowest 20, the slowest first, as they went
    in; `start_ticks` and `end_ticks` are Unix time, on the clock of what went in.
    """

    ins: MatchedRecording
    outs: MatchedRecording
    pairs: PairCounts
    kinds: tuple[MatchedTimes, ...]
    blocks: tuple[MatchedBlock, ...]
    other: OtherTimes | None
    early: MatchedTimes | None
    tail: tuple[TailMessage, ...]
