"""How much a pair of forks replays."""

from hypothesis import given
from hypothesis import strategies as st

from latprobe.driver.plan import Volume
from latprobe.driver.turn_plan import turn_of

WHOLE = Volume(20_000, 180_000)


def test_a_quick_target_replays_all_of_its_scenario() -> None:
    turn = turn_of(WHOLE, 30.0, 30.0, has_threads=False)

    # In turns of a quarter of it, of which the first warms up.
    assert (turn.volume, turn.messages) == (Volume(50_000, 150_000), 50_000)


def test_a_slow_target_replays_what_leaves_room_for_many_pairs() -> None:
    turn = turn_of(WHOLE, 10_000.0, 30.0, has_threads=False)

    assert 0.04e9 < 10_000.0 * (turn.volume.warmup + turn.volume.measured) < 0.1e9
    assert turn.messages == 300


def test_more_time_lets_a_fork_replay_more() -> None:
    short, long = (turn_of(WHOLE, 10_000.0, it, has_threads=False) for it in (30.0, 120.0))

    assert long.volume.measured > 2 * short.volume.measured


def test_a_target_with_threads_has_no_turns() -> None:
    assert turn_of(WHOLE, 100.0, 30.0, has_threads=True).messages == 0


@given(st.integers(0, 10**6), st.integers(1, 10**7), st.floats(1, 1e9), st.floats(1, 3600))
def test_forks_replay_whole_turns_and_measure_in_most_of_them(
    warmup: int, measured: int, message_ns: float, seconds: float
) -> None:
    turn = turn_of(Volume(warmup, measured), message_ns, seconds, has_threads=False)

    assert turn.messages >= 1
    assert turn.volume.warmup % turn.messages == turn.volume.measured % turn.messages == 0
    assert turn.volume.measured >= 2 * turn.messages
    assert turn.volume.warmup <= max(turn.messages, turn.volume.measured / 3)
