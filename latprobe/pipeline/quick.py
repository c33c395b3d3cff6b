"""A run within a given time: fewer forks and messages, and only what its budgets ask for.

How many messages a fork handles comes in coarse steps, so that runs of the same code have the same
and can be compared; how many forks there are does not matter for that.
"""

import math
from collections.abc import Sequence
from typing import Final

import msgspec

from latprobe.comparator import Budget
from latprobe.comparator.figure import Measure
from latprobe.driver.drive import Replayable, run_collector
from latprobe.driver.extent import Extent
from latprobe.driver.plan import Volume, volume_of
from latprobe.feed.reader import Feed
from latprobe.pipeline.feeds import record_of, replayable
from latprobe.pipeline.part import Part, feed_name, first_messages
from latprobe.run.collector import Collector
from latprobe.scenario import Scenario
from latprobe.stats.quantile import count_needed

_LOOKED_AT: Final = 64
"""Messages by which it is told how long one takes."""

_PASSES: Final = 8
"""About as many forks share the time."""

_STEPS: Final = (16_384, 4_096, 1_024, 256)
"""Messages of a fork: the most for which the time is enough, and that budgets need."""

_USUAL: Final = 4_096
_FORKS: Final = 3
_BEYOND: Final = 12
_PATIENCE: Final = 4
_OF_KINDS: Final = 8


def part_within(budgets: Sequence[Budget], seconds: float, scenario: Scenario, feed: Feed) -> Part:
    """The beginning of a feed, and what can be done with it in about so many seconds.

    What the scenario says itself, of messages that count or to warm up, is as it says.
    """
    all_messages = replayable(feed)
    most = scenario.drive.messages
    if most is None:
        most = messages_within(budgets, seconds, _seconds_each(scenario, all_messages))
    count = min(feed.messages, most)
    part = first_messages(all_messages, count)
    volume = volume_of(msgspec.structs.replace(scenario.drive, messages=most), count)
    name = feed_name(scenario.feed)
    if count < feed.messages:
        name = f"{name}, the first {count:,} messages of {feed.messages:,}"
    record = msgspec.structs.replace(record_of(feed, name), messages=count)
    return Part(part, record, volume, Extent(collectors_for(budgets), seconds))


def collectors_for(budgets: Sequence[Budget]) -> frozenset[Collector]:
    """What has to be watched for budgets; latency and allocations where there are none."""
    wanted: set[Collector] = {"digest"} if budgets else {"digest", "latency", "allocations"}
    for budget in budgets:
        if budget.figure.is_latency:
            wanted.add("latency")
        match budget.figure.measure:
            case Measure.COST | Measure.THROUGHPUT:
                wanted.add("cost")
            case Measure.AMOUNT | Measure.MOST:
                wanted.add("allocations")
            case Measure.EVENT | Measure.RATIO:
                wanted.add("counters")
        if budget.scope.first != budget.scope.last:
            wanted.add("span")
    return frozenset(wanted)


def messages_within(budgets: Sequence[Budget], seconds: float, seconds_each: float) -> int:
    """How many messages a fork handles that has its share of the time: one of `_STEPS`."""
    needed = math.ceil(max((_needed(it) for it in budgets), default=0) / _FORKS)
    affordable = seconds / _PASSES / seconds_each
    # What a budget cannot be judged without is worth more time than what would be nice to have.
    wanted = min(max(_USUAL, needed), max(affordable, min(needed, _PATIENCE * affordable)))
    if wanted <= needed:
        return next((step for step in reversed(_STEPS) if step >= wanted), _STEPS[0])
    return next((step for step in _STEPS if step <= wanted), _STEPS[-1])


def _needed(budget: Budget) -> int:
    quantile = budget.figure.quantile
    if quantile is None:
        return 0
    # Nobody knows yet how many of the messages are of a kind.
    messages_to_one = 1 if budget.scope.kind is None else _OF_KINDS
    return messages_to_one * count_needed(quantile, _BEYOND)


def _seconds_each(scenario: Scenario, messages: Replayable) -> float:
    """How long a message takes, by a look at the first ones; nothing is kept of it."""
    few = first_messages(messages, _LOOKED_AT)
    fork = run_collector("digest", scenario, few, Volume(0, _LOOKED_AT), lambda _: None)
    if fork.usage is None:
        return math.inf
    return max(fork.usage.seconds / _LOOKED_AT, 1e-9)
