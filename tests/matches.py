"""Recordings to be matched, made by hand, and what a naive matcher says of them."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import convert

from latprobe._core import Histogram
from latprobe.cli.feed.matching import parse_match_budget
from latprobe.comparator import judge_run
from latprobe.match.match import match, matching_of
from latprobe.match.recording import Recording, scripted_recording
from latprobe.run.assemble import with_verdicts
from latprobe.run.assemble_match import assemble_match, matched_fork
from latprobe.run.matched import MatchPass
from latprobe.run.model import FeedRecord, Resources, RunDocument
from latprobe.scenario import MatchSettings, Scenario, TargetReference

Sent = Sequence[tuple[int, str]]
"""When, in ns, and the key that a message carries; an empty one for none."""

NOTHING_USED = Resources(0.0, 0.0, 0.0, 0, 0, 0, 0, 0)

COUNTS = (
    "answered",
    "superseded",
    "unanswered",
    "paired",
    "repeated",
    "early",
    "uncaused",
    "ambiguous",
)
"""What is counted, in words of the run document."""

KEY = "regex:'key=([^;]+);'"


@dataclass
class Said:
    """What became of the messages of two recordings: pairs are (in, out, ns) by number."""

    pairs: list[tuple[int, int, int]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    early_ns: Counter[int] = field(default_factory=Counter)
    other_ns: Counter[int] = field(default_factory=Counter)


def payload(key: str, number: int = 0) -> bytes:
    """A message of a key; without one, of none."""
    return f"{number};key={key};".encode() if key else f"{number};".encode()


def matched(
    ins: Sent, outs: Sent, settings: Mapping[str, str] | None = None, most_waiting: int = 10_000
) -> MatchPass:
    """Matches two recordings that are made of times and keys."""
    told = {"key": KEY, "within": "10ns", **(settings or {})}
    arrived, left = (
        scripted_recording([(ns, payload(key, number)) for number, (ns, key) in enumerate(side)])
        for side in (ins, outs)
    )
    return match(arrived, left, matching_of(convert(told, MatchSettings), most_waiting))


def said_by(result: MatchPass) -> Said:
    """The same in the naive matcher's form; of at most 20 pairs, which are all in the tail.

    `other_ns` are the times with every ambiguous answer given to the message at the other end;
    nothing where no pair is ambiguous.
    """
    assert len(result.tail) == result.pairs.paired <= 20
    said = Said()
    for it in result.tail:
        assert it.answer is not None
        said.pairs.append((it.sequence, it.answer.sequence, int(it.total_ns)))
    said.pairs.sort(key=lambda pair: pair[1])
    said.counts.update({name: getattr(result.pairs, name) for name in COUNTS})
    if result.other is not None:
        for kind in result.other.kinds:
            said.other_ns.update(dict(Histogram.decode(kind.histogram).counts()))
    if result.early is not None:
        said.early_ns.update(dict(Histogram.decode(result.early.histogram).counts()))
    return said


def naively(
    ins: Sent, outs: Sent, within: int = 10, each: str = "first", reused: str = "latest"
) -> Said:
    """The rules of docs/MATCH.md as they are written there: each message against all others."""
    said = Said()
    said.counts.update(dict.fromkeys(COUNTS, 0))
    arrived = sorted((ns, number, key) for number, (ns, key) in enumerate(ins) if key)
    left = sorted((ns, number, key) for number, (ns, key) in enumerate(outs) if key)
    answered: dict[int, int] = {}
    for out_ns, out, key in left:
        before = [
            it for it in arrived if it[2] == key and it[0] <= out_ns and out_ns - it[0] <= within
        ]
        after = [it for it in arrived if it[2] == key and 0 < it[0] - out_ns <= within]
        open_ = [it for it in before if it[1] not in answered]
        if reused == "latest":
            chosen = before[-1:]
            if each == "first" and chosen and chosen[0][1] in answered:
                said.counts["repeated"] += 1
                continue
        else:
            chosen = open_[:1]
            if not chosen and before:
                said.counts["repeated"] += 1
                continue
        if chosen:
            in_ns, number, _ = chosen[0]
            others = [it for it in open_ if it[1] != number]
            said.counts["ambiguous"] += bool(others)
            end = others[0 if reused == "latest" else -1] if others else chosen[0]
            said.other_ns[out_ns - end[0]] += 1
            said.pairs.append((number, out, out_ns - in_ns))
            answered[number] = out_ns
        else:
            said.counts["early" if after else "uncaused"] += 1
            said.early_ns.update(it[0] - out_ns for it in after[:1])
    said.counts["paired"] = len(said.pairs)
    if not said.counts["ambiguous"]:
        said.other_ns.clear()
    said.pairs.sort(key=lambda pair: pair[1])
    _count_ins(said, arrived, set(answered), within if reused == "latest" else -1)
    return said


def _count_ins(
    said: Said, arrived: list[tuple[int, int, str]], answered: set[int], within: int
) -> None:
    """Messages that went in; those with a later one of their key within the time are superseded."""
    for place, (ns, number, key) in enumerate(arrived):
        later = [it for it in arrived[place + 1 :] if it[2] == key and it[0] - ns <= within]
        if number in answered:
            said.counts["answered"] += 1
        elif later:
            said.counts["superseded"] += 1
        else:
            said.counts["unanswered"] += 1


def match_run(
    pairs: Sequence[tuple[Recording, Recording]],
    *budgets: str,
    description: str = "",
    **told: str,
) -> RunDocument:
    """The judged run document of recordings that are matched by `KEY`."""
    settings = convert({"key": KEY, **told}, MatchSettings)
    scenario = Scenario(
        name="gateway",
        feed="ticks.feed",
        target=TargetReference("", "gateway"),
        description=description,
        budgets=budgets,
        match=settings,
    )
    forks = [
        matched_fork(index, match(ins, outs, matching_of(settings)), settings, NOTHING_USED)
        for index, (ins, outs) in enumerate(pairs)
    ]
    first, _ = pairs[0]
    feed = FeedRecord(first.name, first.protocol, first.source, "", "", 1, False)
    started = datetime.datetime(2026, 11, 20, 10, 15, tzinfo=datetime.UTC)
    run, measured = assemble_match(scenario, feed, forks, started)
    parsed = [parse_match_budget(text) for text in budgets]
    return with_verdicts(run, judge_run(scenario, measured, parsed))


def ticks_and_orders(took_ns: Sequence[int], *, step_ns: int = 1) -> tuple[Recording, Recording]:
    """Ticks at an unsteady pace, on a clock of such a step, and an order for each that took so."""
    start_ns = 1_700_000_000_000_000_000
    arrived = [
        start_ns + 100_000 * number + number * 7_919 % 97 * step_ns
        for number in range(len(took_ns))
    ]
    ins = [(ns, payload(f"t{number}")) for number, ns in enumerate(arrived)]
    outs = [
        (ns + took, payload(f"t{number}", 7))
        for number, (ns, took) in enumerate(zip(arrived, took_ns, strict=True))
    ]
    outs.sort(key=lambda it: it[0])
    return scripted_recording(ins, "ticks.feed", 64), scripted_recording(outs, "orders.feed", 64)
