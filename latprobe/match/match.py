"""Two recordings in, the times of the pairs in them out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from latprobe.errors import FeedError
from latprobe.match.blocks import Blocks, KindTimes
from latprobe.match.expression import Expression, parse_expression
from latprobe.match.key import LONGEST_LABEL, Key, label_of
from latprobe.match.pairing import MOST_WAITING, Pair, Pairing, Rules, TooManyWaitingError
from latprobe.match.places import Documents
from latprobe.match.recording import Recording
from latprobe.match.slowest import Slowest
from latprobe.match.stream import ONE_KIND, Kinds, Sighting, in_order, sightings
from latprobe.match.survey import Survey, survey
from latprobe.run.matched import MatchedRecording, MatchPass, OtherTimes, PairCounts
from latprobe.scenario import MatchSettings, clock_offset_ns, within_ns
from latprobe.units import format_ns

Progress = Callable[[int, int], None]
"""Called now and then with how many messages were read, and how many there are."""

ORDERED_NS: Final = 1_000_000_000
"""Disorder that is undone at least; more, where an answer may take longer."""

_TOLD_EACH: Final = 8_192


@dataclass(frozen=True)
class Matching:
    """How recordings are matched, every expression read.

    Attributes:
        in_key: The key of what went in.
        out_key: The key of what came out.
        kind: Of what went in; `None` for one kind.
        rules: Which answers count.
        clock_offset_ns: How far the clock of what came out is ahead.
    """

    in_key: Expression
    out_key: Expression
    kind: Expression | None
    rules: Rules
    clock_offset_ns: int


def matching_of(settings: MatchSettings, most_waiting: int = MOST_WAITING) -> Matching:
    """Reads the expressions of a match.

    Raises:
        ExpressionError: with the place in the text, and what was expected there.
    """
    documents = Documents()
    return Matching(
        in_key=parse_expression(settings.key, documents),
        out_key=parse_expression(settings.out_key or settings.key),
        kind=None if settings.kind is None else parse_expression(settings.kind, documents),
        rules=Rules(within_ns(settings), settings.each, settings.reused, most_waiting),
        clock_offset_ns=clock_offset_ns(settings),
    )


def match(
    ins: Recording, outs: Recording, matching: Matching, progress: Progress | None = None
) -> MatchPass:
    """Matches what went in with what came out, at flat memory.

    Raises:
        FeedError: for a recording that is damaged or far out of order, and where more messages than
            can be remembered lie within the time in which an answer may come.
    """
    in_times, out_times = _surveyed(ins, matching), _surveyed(outs, matching)
    shift_ns = -matching.clock_offset_ns
    kinds = Kinds(matching.kind)
    most = matching.rules.most_waiting
    arriving = in_order(sightings(ins, matching.in_key, kinds.of), in_times.behind_ns, most)
    leaving = in_order(
        sightings(outs, matching.out_key, lambda _: ONE_KIND, shift_ns), out_times.behind_ns, most
    )
    tally = _Tally(matching.rules, in_times.messages + out_times.messages, progress)
    try:
        for side, message in _by_time(arriving, leaving):
            tally.add(side, message)
    except TooManyWaitingError as error:
        raise FeedError(ins.name, None, f"with {outs.name}: {error}") from None
    other = tally.other
    return MatchPass(
        ins=_record(ins, in_times, tally, "in"),
        outs=_record(outs, out_times, tally, "out"),
        pairs=tally.counts(),
        kinds=tally.blocks.whole(),
        blocks=tally.blocks.records(),
        other=None if other is None else OtherTimes(other.whole(), other.records()),
        early=tally.early.record("early") if tally.early.count else None,
        tail=tally.slowest.records(ins, outs, shift_ns),
    )


class _Tally:
    """What is kept of the messages that have gone by."""

    def __init__(self, rules: Rules, messages: int, progress: Progress | None) -> None:
        self.blocks = Blocks()
        self.other: Blocks | None = None
        self.early = KindTimes()
        self.slowest = Slowest()
        self.without_key = {"in": 0, "out": 0}
        self.first_key: dict[str, Key] = {}
        self._pairing = Pairing(rules)
        self._messages = messages
        self._seen = 0
        self._progress = progress

    def add(self, side: str, message: Sighting) -> None:
        self._seen += 1
        if self._progress is not None and self._seen % _TOLD_EACH == 0:
            self._progress(self._seen, self._messages)
        if message.key is None:
            self.without_key[side] += 1
            return
        if side not in self.first_key:
            self.first_key[side] = message.key
        if side == "in":
            at_ns, number, key, kind = message.at_ns, message.number, message.key, message.kind
            for early_ns in self._pairing.arrive(at_ns, number, key, kind):
                self.early.add(early_ns)
        elif pair := self._pairing.leave(message.at_ns, message.number, message.key):
            self._add_pair(pair)

    def _add_pair(self, pair: Pair) -> None:
        if self.other is None and pair.other_ns is not None:
            self.other = self.blocks.copy()
        if self.other is not None:
            self.other.add(pair.kind, pair.ns if pair.other_ns is None else pair.other_ns)
        self.blocks.add(pair.kind, pair.ns)
        self.slowest.add(pair)

    def counts(self) -> PairCounts:
        counts = self._pairing.counts
        return PairCounts(
            answered=counts.answered,
            superseded=counts.superseded,
            unanswered=counts.ins - counts.answered - counts.superseded,
            paired=counts.paired,
            repeated=counts.repeated,
            early=counts.early,
            uncaused=counts.outs - counts.paired - counts.repeated - counts.early,
            ambiguous=counts.ambiguous,
        )


def _by_time(
    arriving: Iterator[Sighting], leaving: Iterator[Sighting]
) -> Iterator[tuple[str, Sighting]]:
    """All messages in the order of their times; at equal times what went in goes first."""
    waiting = next(arriving, None)
    for out in leaving:
        while waiting is not None and waiting.at_ns <= out.at_ns:
            yield "in", waiting
            waiting = next(arriving, None)
        yield "out", out
    while waiting is not None:
        yield "in", waiting
        waiting = next(arriving, None)


def _surveyed(recording: Recording, matching: Matching) -> Survey:
    found = survey(recording)
    most_ns = max(ORDERED_NS, matching.rules.within_ns)
    if found.behind_ns > most_ns:
        raise FeedError(
            recording.name,
            None,
            f"message {found.behind_at:,} is {format_ns(found.behind_ns)} earlier than one before "
            f"it, and messages are put in order within {format_ns(most_ns)} only: match the parts "
            "that are in order, each as a pair of its own",
        )
    return found


def _record(recording: Recording, times: Survey, tally: _Tally, side: str) -> MatchedRecording:
    key = tally.first_key.get(side)
    return MatchedRecording(
        name=recording.name,
        protocol=recording.protocol,
        source=recording.source,
        importer=recording.importer,
        sha256=recording.sha256,
        messages=times.messages,
        without_key=tally.without_key[side],
        first_ns=times.first_ns,
        last_ns=times.last_ns,
        out_of_order=times.out_of_order,
        step_ns=times.step_ns,
        first_key=None if key is None else label_of(key, "")[:LONGEST_LABEL],
    )
