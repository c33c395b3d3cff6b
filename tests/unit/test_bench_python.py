from msgspec.structs import replace

from benches.figure import Rounds
from benches.python.calls import Calls, figures


def rounds(ns: float) -> Rounds:
    return Rounds(ns, ns, ns)


CALLS = Calls(
    bare=rounds(20.0),
    timed=rounds(60.0),
    cost=rounds(27.0),
    reported=rounds(28.0),
    latency=rounds(95.0),
    native=rounds(70.0),
    cost_added=rounds(7.0),
    reported_added=rounds(8.0),
    driver_added=rounds(35.0),
    clock_added=rounds(40.0),
    latency_added=rounds(75.0),
    timeit=rounds(22.0),
    pyperf=36.0,
    pytest_benchmark=None,
)


def test_what_is_added_to_a_call_is_held_against_its_reach() -> None:
    assert [it.holds for it in figures(CALLS)[:5]] == [True, True, True, False, None]
    assert figures(replace(CALLS, cost_added=rounds(40.1)))[0].holds is False


def test_peers_stand_beside_it_and_one_that_is_missing_says_so() -> None:
    words = {it.figure.rpartition(": ")[2]: it.measured for it in figures(CALLS)}

    assert words["timeit"].startswith("22")
    assert words["pyperf"].startswith("36")
    assert words["pytest-benchmark"].startswith("unsupported")
