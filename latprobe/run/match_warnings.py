"""What makes the figures of matched recordings worth less than they look."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from latprobe._core import Histogram
from latprobe.run.matched import MatchPass
from latprobe.run.measured import Measured, blocks_of
from latprobe.run.model import Warning  # noqa: A004  # the design's word
from latprobe.scenario import MatchSettings, Scenario, within_ns
from latprobe.stats import lag_one_correlation
from latprobe.units import format_count, format_ns, format_share

_FEW: Final = 0.001
"""Share of messages that nobody is told about."""

_NEARLY: Final = 0.9
_FEWEST_BLOCKS: Final = 10
_SURELY: Final = 3.0


def match_warnings(scenario: Scenario, measured: Measured) -> tuple[Warning, ...]:
    """Every warning that matched recordings give cause for."""
    settings = scenario.match
    assert settings is not None
    results = measured.matches
    return (
        *_one_pair(results),
        *(warning for result in results for warning in _nothing(result)),
        *_early(results),
        *_ambiguous(results, settings),
        *_uncaused(results, settings),
        *_cut_off(results, settings),
        *_correlated(results),
    )


def _one_pair(results: Sequence[MatchPass]) -> Iterator[Warning]:
    if len(results) == 1:
        yield Warning(
            "one pair of recordings: the intervals count what varies within it, and not how much "
            "another recording would differ",
            "match several pairs at once, recorded apart: IN1 OUT1 IN2 OUT2 …",
        )


def _nothing(result: MatchPass) -> Iterator[Warning]:
    if result.pairs.paired or result.pairs.early:
        return
    names = f"{result.ins.name} and {result.outs.name}"
    keys = (result.ins.first_key, result.outs.first_key)
    if None in keys:
        side = result.ins if keys[0] is None else result.outs
        yield Warning(
            f"nothing was paired: no message of {side.name} has a key",
            "look at a message (`latprobe feed info` names the protocol), and at the expression",
        )
        return
    yield Warning(
        f"nothing was paired in {names}: the first key that went in is `{keys[0]}`, and the first "
        f"that came out `{keys[1]}`",
        "where they are alike, look at the clocks (`--clock-offset`) and at `--within`; where not, "
        "at the key expressions",
    )


def _early(results: Sequence[MatchPass]) -> Iterator[Warning]:
    early = [it.early for it in results if it.early is not None]
    if not early:
        return
    count = sum(times.count for times in early)
    outs = sum(it.pairs.outs for it in results)
    all_early = Histogram()
    for times in early:
        all_early.merge(Histogram.decode(times.histogram))
    typical, longest = all_early.value_at_rank((count + 1) // 2), all_early.max
    yield Warning(
        f"{count:,} of {outs:,} messages came out before the only ones that they can belong to "
        f"went in, typically by {format_ns(typical)}, at most by {format_ns(longest)}: they are in "
        "no figure",
        "two clocks that differ, or another cause: where the difference is known, take it off "
        "with `--clock-offset`",
    )


def _ambiguous(results: Sequence[MatchPass], settings: MatchSettings) -> Iterator[Warning]:
    share, count = _share(results, "ambiguous", "paired")
    if share > _FEW:
        other = "oldest" if settings.reused == "latest" else "latest"
        yield Warning(
            f"{count:,} pairs ({format_share(share)}) are ambiguous: more than one message with "
            f"their key waited for an answer, and the {settings.reused} got it",
            f"add to the key with `+`, or see with `--reused {other}` how much hangs on it",
        )


def _uncaused(results: Sequence[MatchPass], settings: MatchSettings) -> Iterator[Warning]:
    share, count = _share(results, "uncaused", "outs")
    if share > _FEW and any(it.pairs.paired for it in results):
        yield Warning(
            f"{count:,} messages ({format_share(share)}) came out, and none with their key had "
            f"gone in within {settings.within}",
            "the recording of what went in has gaps or begins late, or `--within` is too short",
        )


def _cut_off(results: Sequence[MatchPass], settings: MatchSettings) -> Iterator[Warning]:
    longest = max((it.tail[0].total_ns for it in results if it.tail), default=0.0)
    if longest >= _NEARLY * within_ns(settings):
        yield Warning(
            f"the slowest pair took {format_ns(longest)}, and an answer is waited for "
            f"{settings.within}: slower ones are not counted",
            "match within a longer time (`--within`), or look whether the slowest are pairs at all "
            "(`latprobe tail`)",
        )


def _correlated(results: Sequence[MatchPass]) -> Iterator[Warning]:
    """One recording: blocks that are alike to their neighbours are too short for an interval.

    Without any such likeness the correlation of n of them is about normal, with a standard
    deviation of 1/√n (M. S. Bartlett, 1946).
    """
    if len(results) != 1:
        return
    means = [times.mean_ns for times in blocks_of(results[0])]
    if len(means) < _FEWEST_BLOCKS:
        return
    correlation = lag_one_correlation(means)
    if correlation > _SURELY / math.sqrt(len(means)):
        yield Warning(
            f"the {format_count(len(means))} blocks of the recording are not independent "
            f"(neighbours correlate by {correlation:.2f}): it drifts, or its bursts are as long",
            "the intervals are too narrow: record for longer, or match several pairs",
        )


def _share(results: Sequence[MatchPass], count: str, of: str) -> tuple[float, int]:
    def total(name: str) -> int:
        return sum(int(getattr(it.pairs, name)) for it in results)

    return total(count) / max(1, total(of)), total(count)
