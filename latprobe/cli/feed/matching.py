"""Matching recordings, from their files to a judged run document."""

import datetime
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from latprobe.comparator import Budget, TargetNames, judge_run, parse_budget
from latprobe.feed.blocks import read_blocks
from latprobe.feed.pick import read_payload, read_times
from latprobe.feed.reader import Feed
from latprobe.match.match import Matching, match
from latprobe.match.recording import Recording
from latprobe.pipeline.feeds import Notice, prepare_feed, record_of
from latprobe.run.assemble import with_verdicts
from latprobe.run.assemble_match import assemble_match, matched_fork
from latprobe.run.model import Fork, Resources, RunDocument
from latprobe.scenario import MatchSettings, Scenario

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Sides:
    """A pair of recordings that can be matched, and what to call them."""

    ins: Feed
    outs: Feed
    in_name: str
    out_name: str


def parse_match_budget(text: str) -> Budget:
    """Reads a budget on matched recordings, which have `total` alone; any kind may turn up.

    Raises:
        BudgetError: with the place in the text, and what was expected there.
    """
    kind = parse_budget(text).scope.kind
    return parse_budget(text, TargetNames((), () if kind is None else (kind,)))


def prepare_sides(paths: Sequence[Path], notice: Notice) -> list[Sides]:
    """Brings recordings in, which are named in pairs.

    Raises:
        FeedError: naming the file, the place in it, and what was expected there.
    """
    pairs = zip(paths[::2], paths[1::2], strict=True)
    return [
        Sides(prepare_feed(str(ins), notice), prepare_feed(str(outs), notice), ins.name, outs.name)
        for ins, outs in pairs
    ]


def run_match(
    scenario: Scenario,
    matching: Matching,
    sides: Sequence[Sides],
    budgets: Sequence[Budget],
    progress: Progress | None,
) -> RunDocument:
    """Matches each pair of recordings, and judges all together.

    Raises:
        FeedError: for a recording that is damaged or far out of order.
    """
    assert scenario.match is not None
    started = datetime.datetime.now(datetime.UTC)
    total = sum(it.ins.messages + it.outs.messages for it in sides)
    done = 0
    forks: list[Fork] = []
    for index, pair in enumerate(sides):
        forks.append(_fork(index, pair, matching, scenario.match, _further(progress, done, total)))
        done += pair.ins.messages + pair.outs.messages
    feed = record_of(sides[0].ins, sides[0].in_name)
    run, measured = assemble_match(scenario, feed, forks, started)
    return with_verdicts(run, judge_run(scenario, measured, budgets))


def _fork(
    index: int,
    pair: Sides,
    matching: Matching,
    settings: MatchSettings,
    progress: Progress | None,
) -> Fork:
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    result = match(
        _recording(pair.ins, pair.in_name), _recording(pair.outs, pair.out_name), matching, progress
    )
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = Resources(
        seconds=time.monotonic() - began,
        user_s=after.ru_utime - before.ru_utime,
        system_s=after.ru_stime - before.ru_stime,
        max_rss_bytes=after.ru_maxrss * 1024,
        minor_faults=after.ru_minflt - before.ru_minflt,
        major_faults=after.ru_majflt - before.ru_majflt,
        voluntary_switches=after.ru_nvcsw - before.ru_nvcsw,
        involuntary_switches=after.ru_nivcsw - before.ru_nivcsw,
    )
    return matched_fork(index, result, settings, used)


def _recording(feed: Feed, name: str) -> Recording:
    def messages() -> Iterator[tuple[Sequence[int], Sequence[bytes]]]:
        for block in read_blocks(feed):
            plain = block.messages()
            yield plain.recv_ns, plain.payloads

    return Recording(
        name=name,
        protocol=feed.protocol,
        source=feed.source,
        importer=feed.importer,
        sha256=feed.sha256,
        times=lambda: read_times(feed),
        messages=messages,
        payload=lambda number: read_payload(feed, number),
    )


def _further(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Progress of one pair as that of all."""
    if progress is None:
        return None
    told = progress
    return lambda done, _: told(before + done, total)
