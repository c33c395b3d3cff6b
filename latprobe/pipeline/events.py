"""Which events are counted for a scenario, and whether its target is simulated."""

from collections.abc import Sequence

from latprobe import _core
from latprobe.comparator import Budget, events_needed, needs_events_of_the_processor
from latprobe.driver.plan import Counting
from latprobe.driver.simulation.caches import caches_of
from latprobe.driver.simulation.fork import Simulation
from latprobe.run.events import SIMULATED
from latprobe.run.model import TargetRecord
from latprobe.scenario import Scenario, Simulate


def counting_for(scenario: Scenario, budgets: Sequence[Budget]) -> Counting:
    """Counts the events that the scenario names, or the usual ones, and what budgets need.

    The processor's events vary from fork to fork, and a budget needs to know by how much; a look at
    what the kernel counts is worth one fork.
    """
    if scenario.counters is False:
        return Counting()
    named = _core.USUAL_EVENTS if scenario.counters is True else scenario.counters
    needed = [event for it in budgets for event in events_needed(it.figure)]
    if not named and not needed:
        return Counting()
    is_judged = any(event not in SIMULATED for event in needed)
    varies = is_judged or _core.hardware_counters_problem() is None
    forks = scenario.drive.forks if varies else 1
    return Counting(tuple(dict.fromkeys((*named, *needed))), forks)


def simulation_for(
    scenario: Scenario, target: TargetRecord, budgets: Sequence[Budget]
) -> Simulation | None:
    """What is to be simulated; None where nothing is.

    A simulation takes seconds, so that it is made where it is asked for, and where a budget cannot
    be judged without it.

    Raises:
        ScenarioError: for a processor whose caches are not known.
    """
    wanted = scenario.simulate
    if wanted is None:
        needed = any(needs_events_of_the_processor(it.figure) for it in budgets)
        wanted = needed and _core.hardware_counters_problem() is not None
    if wanted is False:
        return None
    return simulation_of(Simulate() if wanted is True else wanted, target)


def simulation_of(wanted: Simulate, target: TargetRecord) -> Simulation:
    """The simulation of a target.

    Raises:
        ScenarioError: for a processor whose caches are not known.
    """
    return Simulation(target.stages, target.kinds, caches_of(wanted), wanted.messages)
