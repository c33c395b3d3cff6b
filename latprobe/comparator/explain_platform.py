"""Whether the machine was another while the second side was measured."""

from collections.abc import Iterator
from typing import Final

from latprobe.run.change import Finding
from latprobe.run.model import Fork, LatencyPass, RunDocument
from latprobe.run.platform import Platform
from latprobe.stats import is_more_frequent
from latprobe.units import format_ns, format_share

_A_SECOND_NS: Final = 1e9
_MOST_WARNINGS: Final = 4


def platform_findings(before: RunDocument, after: RunDocument) -> Iterator[Finding]:
    """Stalls of the idle control, and switches and migrations of the forks, where they differ.

    And what the runs themselves warn of: a machine that was disturbed may be what changed.
    """
    if before.platform is not None and after.platform is not None:
        yield from _stalls(before.platform, after.platform)
    for name, words in (
        ("involuntary_switches", "times other tasks took the CPU from a latency fork"),
        ("migrations", "moves of a latency fork to another CPU"),
    ):
        old, new = (_each(run, name) for run in (before, after))
        if old is not None and new is not None and max(old, new) >= 1 + 2 * min(old, new):
            yield Finding(f"{words}: {old:.3g} before, {new:.3g} now", "", None, "platform")
    for which, run in (("before", before), ("now", after)):
        for warning in run.warnings[:_MOST_WARNINGS]:
            words = f"{which}, the run itself warns: {warning.problem}"
            yield Finding(words, "", None, "platform")


def _stalls(before: Platform, after: Platform) -> Iterator[Finding]:
    seen = [(it.count, it.watched_ns) for it in (before, after)]
    more = is_more_frequent(*seen[1], *seen[0])
    fewer = is_more_frequent(*seen[0], *seen[1])
    if not (more or fewer):
        return
    rates = [count / watched * _A_SECOND_NS if watched else 0.0 for count, watched in seen]
    shares = [format_share(it.share) for it in (before, after)]
    longest = [format_ns(it.longest_ns) for it in (before, after)]
    advice = "a tail may be the machine's" if more else "a shorter tail may be the machine's"
    yield Finding(
        f"the platform stalled {rates[1]:.3g} times a second, for {shares[1]} of the time, the "
        f"longest {longest[1]}; before it was {rates[0]:.3g} times, {shares[0]} and {longest[0]}: "
        f"{advice}",
        "",
        None,
        "platform",
    )


def _each(run: RunDocument, name: str) -> float | None:
    """Of a latency fork, on average; None where it is not known."""
    counts = [
        value for fork in run.forks if _timed(fork) and (value := _count(fork, name)) is not None
    ]
    return sum(counts) / len(counts) if counts else None


def _timed(fork: Fork) -> bool:
    return isinstance(fork.result, LatencyPass)


def _count(fork: Fork, name: str) -> int | None:
    if name == "migrations":
        return fork.resources.migrations
    return fork.resources.involuntary_switches if fork.usage is None else getattr(fork.usage, name)
