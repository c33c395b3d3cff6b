"""Two sides whose forks ran in pairs: what becomes of a figure, and when it is decided."""

import math
from collections.abc import Sequence
from random import Random

from latprobe.comparator.paired import (
    FAMILY_LEVEL,
    PairedFigure,
    is_decided,
    paired_changes,
    paired_figures,
)
from latprobe.comparator.paired_tail import Row
from latprobe.run.change import Change, Side
from latprobe.run.observation import Conditions, Observation, Observed
from latprobe.stats.tail_shares import TailShares

PAIRS = 40
TOLERANCE = 0.02


def side(label: str, observations: Sequence[Observation]) -> Observed:
    who = Side(label, "", "s", "t", "lib.so", "0" * 64, None, "f", "1" * 64, "m", PAIRS)
    return Observed(who, Conditions({}, "", {}, {}), tuple(observations))


def observation(figure: str, forks: Sequence[float], step: float = 0.0) -> Observation:
    return Observation(
        "total", None, figure, "ns", sum(forks) / len(forks), tuple(forks), step=step
    )


def noisy(value: float, spread: float, seed: int) -> list[float]:
    random = Random(seed)
    return [value * math.exp(random.gauss(0, spread)) for _ in range(PAIRS)]


class Sides:
    """Both sides of a comparison, figure by figure."""

    def __init__(self) -> None:
        self.before: list[Observation] = []
        self.after: list[Observation] = []
        self.costs: list[float | None] = [0.0] * PAIRS
        self.tails: dict[Row, TailShares] = {}

    def cost(self, change: float, spread: float = 0.003) -> "Sides":
        self.costs = [math.log(it) for it in noisy(1 + change, spread, 1)]
        for figure, value in (("cost", 100.0), ("throughput", 1e7)):
            self.before.append(observation(figure, [value] * PAIRS))
            after = value * (1 + change) if figure == "cost" else value / (1 + change)
            self.after.append(observation(figure, [after] * PAIRS))
        return self

    def quantile(self, figure: str, change: float, spread: float, step: float = 0.0) -> "Sides":
        self.before.append(observation(figure, noisy(200.0, spread, 2), step))
        self.after.append(observation(figure, noisy(200.0 * (1 + change), spread, 3), step))
        return self

    def tail(self, before: float, after: float, spread: float = 0.1) -> "Sides":
        sides = [
            tuple(share * it for it in noisy(1.0, spread, seed))
            for share, seed in ((before, 4), (after, 5))
        ]
        self.tails["total", None] = TailShares(2_000, sides[0], sides[1], 8)
        return self

    def allocations(self, before: float, after: float) -> "Sides":
        for found, value in ((self.before, before), (self.after, after)):
            found.append(Observation("total", None, "allocations", "", value, exact=True))
        return self

    def figures(self) -> list[PairedFigure]:
        sides = (side("a", self.before), side("b", self.after))
        return paired_figures(*sides, self.costs, tails=self.tails)

    def changes(self, level: float = FAMILY_LEVEL) -> dict[str, Change]:
        found = paired_changes(self.figures(), side("a", self.before), side("b", self.after), level)
        return {it.figure: it for it in found}

    def decided(self) -> bool:
        return is_decided(list(self.changes().values()), self.figures(), TOLERANCE)


def test_a_cost_that_is_higher_in_every_pair_is_worse_and_throughput_its_mirror() -> None:
    changes = Sides().cost(0.03).changes()

    assert changes["cost"].status == "worse"
    assert changes["throughput"].status == "worse"
    ends, mirrored = changes["cost"].interval, changes["throughput"].interval
    assert ends is not None
    assert mirrored is not None
    assert math.isclose(ends[0], 1 / mirrored[1])


def test_a_change_within_the_tolerance_is_none() -> None:
    assert Sides().cost(0.005).changes()["cost"].status == "no change"


def test_counts_are_compared_exactly_whatever_the_level() -> None:
    changes = Sides().cost(0.0).allocations(1.0, 1.25).changes(1e-12)

    assert changes["allocations"].status == "worse"
    assert changes["cost"].status == "unproven"


def test_steps_of_the_clock_that_hide_a_change_leave_it_unproven() -> None:
    change = Sides().cost(0.0).quantile("p99", 0.0, 0.001, step=10.0).changes()["p99"]

    assert change.status == "unproven"
    assert "the clock's steps hide that much" in change.words


def test_all_levels_together_are_the_family_s() -> None:
    figures = Sides().cost(0.0).quantile("p99", 0.0, 0.1).quantile("p90", 0.0, 0.1).figures()

    weights = [it.weight for it in figures if it.after.figure != "throughput"]

    assert math.isclose(sum(weights), 1.0)
    assert figures[0].weight == figures[1].weight, "throughput is the same test as cost"


def test_one_figure_that_is_worse_beyond_the_tolerance_decides() -> None:
    assert Sides().cost(0.05).quantile("p99", 0.0, 0.3).decided()


def test_a_change_that_may_be_within_the_tolerance_does_not_decide_yet() -> None:
    assert not Sides().cost(0.02).decided()


def test_all_gates_within_the_tolerance_decide() -> None:
    assert Sides().cost(0.0).quantile("p99", 0.0, 0.002).decided()


def test_a_gate_that_cannot_be_told_yet_does_not_decide() -> None:
    assert not Sides().cost(0.0).quantile("p99", 0.0, 0.3).decided()


def test_a_tail_that_seems_to_move_is_waited_for_and_one_that_does_not_is_not() -> None:
    assert not Sides().cost(0.0).quantile("p99.9", 0.06, 0.09).decided()
    assert Sides().cost(0.0).quantile("p99.9", 0.0, 0.3).decided()


def test_a_tail_that_holds_more_messages_is_worse_and_decides_though_no_quantile_moved() -> None:
    sides = Sides().cost(0.0).quantile("p99.9", 0.0, 0.3).tail(0.002, 0.004)

    change = sides.changes()["tail"]

    assert (change.status, change.unit) == ("worse", "share")
    assert change.words.startswith("messages over 2.00 µs: more by ")
    assert change.before is not None
    assert change.after is not None
    assert math.isclose(change.before, 0.002, rel_tol=0.1)
    assert math.isclose(change.after, 0.004, rel_tol=0.1)
    assert sides.decided()


def test_a_tail_that_cannot_be_told_says_what_would() -> None:
    change = Sides().cost(0.0).tail(0.002, 0.002).changes()["tail"]

    assert change.status == "unproven"
    assert change.words.startswith("messages over 2.00 µs: this machine cannot tell: ")
    assert change.words.endswith("; more time (`--seconds`) would, or a CPU that nothing else uses")


def test_a_tail_shares_the_level_of_the_other_primary_figures() -> None:
    figures = Sides().cost(0.0).quantile("p90", 0.0, 0.1).tail(0.002, 0.002).figures()

    weights = {it.after.figure: it.weight for it in figures}

    assert weights["tail"] == weights["cost"] > weights["p90"]
    assert math.isclose(weights["tail"] + weights["cost"] + weights["p90"], 1.0)


def test_a_tail_of_too_few_pairs_says_how_many_would_do() -> None:
    sides = Sides().cost(0.0)
    sides.tails["total", None] = TailShares(2_000, (0.1,) * 3, (0.2,) * 3, 8)

    change = sides.changes()["tail"]

    assert change.status == "unproven"
    assert change.reason == "3 pairs of forks are too few to be sure of it"


def test_a_single_pair_decides_nothing() -> None:
    sides = Sides()
    sides.costs = [0.0]
    sides.tails["total", None] = TailShares(2_000, (0.1,), (0.1,), 8)
    for found in (sides.before, sides.after):
        found.append(
            Observation("total", None, "cost", "ns", 1.0, (1.0,), problem="there is a single fork")
        )

    assert not sides.decided()


def test_a_kind_that_some_fork_has_not_seen_has_no_pairs() -> None:
    sides = Sides().cost(0.0)
    sides.before.append(observation("p50", [1.0] * PAIRS))
    sides.after.append(observation("p50", [1.0] * (PAIRS - 1)))

    assert sides.changes()["p50"].reason == "some forks have no such message, or 0"
