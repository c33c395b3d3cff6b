"""The rules of pairing, one by one: each is a sentence of docs/MATCH.md."""

import tracemalloc

import pytest

from latprobe._core import Histogram
from latprobe.errors import FeedError
from latprobe.match.lines import Reused
from latprobe.match.pairing import Pairing, Rules
from tests.matches import Said, matched, said_by


def pairs(ins: list[tuple[int, str]], outs: list[tuple[int, str]], **told: str) -> Said:
    return said_by(matched(ins, outs, told))


def test_an_answer_belongs_to_the_message_with_its_key() -> None:
    said = pairs([(0, "a"), (1, "b")], [(5, "b"), (7, "a")])

    assert said.pairs == [(1, 0, 4), (0, 1, 7)]
    assert said.counts["ambiguous"] == 0


def test_an_answer_may_come_at_the_same_time_and_as_late_as_is_allowed() -> None:
    assert pairs([(0, "a")], [(0, "a")]).pairs == [(0, 0, 0)]
    assert pairs([(0, "a")], [(10, "a")]).pairs == [(0, 0, 10)]
    late = pairs([(0, "a")], [(11, "a")])
    assert late.counts["uncaused"] == late.counts["unanswered"] == 1


def test_a_message_without_a_key_takes_no_part() -> None:
    result = matched([(0, ""), (1, "a")], [(2, ""), (3, "a"), (4, "")])

    assert (result.ins.without_key, result.outs.without_key) == (1, 2)
    assert (result.pairs.ins, result.pairs.outs) == (1, 1)


def test_the_first_answer_counts_and_further_ones_are_repeated() -> None:
    said = pairs([(0, "a")], [(2, "a"), (3, "a"), (12, "a")])

    assert said.pairs == [(0, 0, 2)]
    assert (said.counts["repeated"], said.counts["uncaused"]) == (1, 1)


def test_all_answers_count_where_all_are_asked_for() -> None:
    said = pairs([(0, "a")], [(2, "a"), (3, "a"), (12, "a")], each="all")

    assert said.pairs == [(0, 0, 2), (0, 1, 3)]
    assert (said.counts["answered"], said.counts["uncaused"]) == (1, 1)


def test_of_two_messages_with_one_key_the_latest_is_answered_and_the_other_superseded() -> None:
    said = pairs([(0, "a"), (4, "a")], [(5, "a"), (6, "a")])

    assert said.pairs == [(1, 0, 1)]
    assert said.counts["superseded"] == said.counts["ambiguous"] == said.counts["repeated"] == 1


def test_or_the_oldest_if_that_is_asked_for_and_then_the_next() -> None:
    said = pairs([(0, "a"), (4, "a")], [(5, "a"), (6, "a"), (7, "a")], reused="oldest")

    assert said.pairs == [(0, 0, 5), (1, 1, 2)]
    assert said.counts["ambiguous"] == said.counts["repeated"] == 1


def test_a_key_that_is_used_again_after_its_answer_is_not_ambiguous() -> None:
    for reused in ("latest", "oldest"):
        said = pairs([(0, "a"), (4, "a")], [(1, "a"), (6, "a")], reused=reused)

        assert said.pairs == [(0, 0, 1), (1, 1, 2)]
        assert said.counts["ambiguous"] == said.counts["superseded"] == 0


def test_what_waited_too_long_makes_nothing_ambiguous() -> None:
    for reused in ("latest", "oldest"):
        said = pairs([(0, "a"), (4, "a")], [(11, "a")], reused=reused)

        assert said.pairs == [(1, 0, 7)]
        assert said.counts["ambiguous"] == 0


def test_an_answer_before_its_message_is_early_and_how_early_is_kept() -> None:
    result = matched([(3, "a"), (30, "b")], [(0, "a"), (1, "a"), (19, "b"), (20, "b")])

    assert (result.pairs.early, result.pairs.uncaused, result.pairs.paired) == (3, 1, 0)
    assert result.early is not None
    assert Histogram.decode(result.early.histogram).counts() == [(2, 1), (3, 1), (10, 1)]
    assert result.early.sum_ns == 15


def test_a_message_that_an_early_answer_came_for_can_still_be_answered() -> None:
    said = pairs([(3, "a")], [(1, "a"), (5, "a")])

    assert said.pairs == [(0, 1, 2)]
    assert said.counts["early"] == 1


def test_a_known_offset_of_the_clocks_is_taken_off() -> None:
    ahead = matched([(100, "a")], [(1_105, "a")], {"clock_offset": "1us"})
    behind = matched([(1_100, "a")], [(105, "a")], {"clock_offset": "-1us"})

    for result in (ahead, behind):
        assert said_by(result).pairs == [(0, 0, 5)]
    # The answer's own time is that of its recording.
    assert [it.answer.recv_ns for it in ahead.tail if it.answer] == [1_105]


def test_kinds_are_those_of_what_went_in() -> None:
    ins = [(0, "a1"), (1, "b1"), (2, "a2"), (3, "c1")]
    outs = [(5, "a1"), (6, "b1"), (8, "a2"), (8, "c1")]

    result = matched(ins, outs, {"kind": "regex:'key=([ab])'"})

    assert {it.kind: (it.count, it.sum_ns) for it in result.kinds} == {
        "a": (2, 11),
        "b": (1, 5),
        "(none)": (1, 5),
    }


def test_more_kinds_than_are_told_apart_are_counted_together() -> None:
    keys = [f"k{number}" for number in range(100)]

    result = matched(
        [(number, key) for number, key in enumerate(keys)],
        [(number, key) for number, key in enumerate(keys)],
        {"kind": "regex:'key=(.*);'"},
    )

    assert len(result.kinds) == 65
    assert {it.kind: it.count for it in result.kinds}["(other)"] == 36


def test_disorder_is_undone_and_counted() -> None:
    result = matched([(5, "b"), (0, "a"), (9, "c")], [(11, "c"), (6, "a"), (7, "b")])

    assert sorted((it.sequence, it.total_ns) for it in result.tail) == [(0, 2), (1, 6), (2, 2)]
    assert (result.ins.out_of_order, result.outs.out_of_order) == (1, 1)


def test_disorder_that_would_take_too_much_memory_is_refused() -> None:
    many = [(number, f"k{number}") for number in range(200)]

    with pytest.raises(FeedError, match=r"200 ns late, and more than 100 lie within that"):
        matched([*many, (-1, "late")], [(1, "k0")], most_waiting=100)


def test_disorder_beyond_a_second_and_the_time_of_an_answer_names_the_message() -> None:
    second = 10**9
    late = [(0, "a"), (3 * second, "b"), (second, "c")]

    problem = r"made up: message 2 is 2\.00 s earlier than one before it, .* within 1\.00 s only"
    with pytest.raises(FeedError, match=problem):
        matched(late, [(1, "a")])
    assert matched(late, [(1, "a")], {"within": "2s"}).pairs.paired == 1


def test_times_that_are_no_recording_s_are_refused() -> None:
    with pytest.raises(FeedError, match="146 years apart"):
        matched([(-(2**63), "a"), (2**63 - 1, "b")], [(1, "a")])


def test_an_empty_recording_is_refused() -> None:
    with pytest.raises(FeedError, match="holds no message"):
        matched([], [(1, "a")])


def test_memory_is_bounded_and_the_error_says_what_to_do() -> None:
    many = [(0, f"k{number}") for number in range(200)]

    with pytest.raises(FeedError, match=r"more than 100 messages .* a shorter time"):
        matched(many, [(1, "k0")], most_waiting=100)
    with pytest.raises(FeedError, match=r"more than 100 messages"):
        matched([(1, "none")], many, most_waiting=100)


def test_what_is_forgotten_makes_room() -> None:
    spread = [(20 * number, f"k{number}") for number in range(1_000)]
    answers = [(ns + 1, key) for ns, key in spread] + [(30_000 + ns, key) for ns, key in spread]

    result = matched(spread, answers, most_waiting=3)

    assert (result.pairs.paired, result.pairs.uncaused) == (1_000, 1_000)


@pytest.mark.parametrize("reused", ["latest", "oldest"])
def test_a_key_that_never_rests_is_forgotten_as_well(reused: Reused) -> None:
    pairing = Pairing(Rules(within_ns=100, reused=reused))

    def peak_bytes(numbers: range) -> int:
        tracemalloc.reset_peak()
        for number in numbers:
            pairing.arrive(number, number, "same", "")
            pairing.leave(number, number, "other")
        return tracemalloc.get_traced_memory()[1]

    tracemalloc.start()
    try:
        first = peak_bytes(range(1_000))
        assert peak_bytes(range(1_000, 50_000)) < 1.5 * first
    finally:
        tracemalloc.stop()


def test_the_step_of_the_times_is_measured_on_each_side() -> None:
    result = matched([(1_000, "a"), (4_000, "b"), (16_000, "c")], [(1_007, "a"), (1_012, "b")])

    assert (result.ins.step_ns, result.outs.step_ns) == (1_000, 5)


def test_a_steady_pace_is_no_step_of_a_clock() -> None:
    steady = [(1_000_003 * number, "a") for number in range(9)]

    result = matched(steady, [(1, "a"), (4_000_001, "b")])

    assert (result.ins.step_ns, result.outs.step_ns) == (1, 4_000_000)


def test_the_slowest_are_kept_with_what_went_in_and_what_came_out() -> None:
    ins = [(100 * number, f"k{number}") for number in range(50)]
    outs = [(100 * number + number % 10, f"k{number}") for number in range(50)]

    tail = matched(ins, outs).tail

    assert [it.total_ns for it in tail] == [9] * 5 + [8] * 5 + [7] * 5 + [6] * 5
    assert [it.sequence for it in tail[:6]] == [9, 19, 29, 39, 49, 8]
    assert (tail[0].bytes, tail[0].size, tail[0].recv_ns) == (b"9;key=k9;", 9, 900)
    assert tail[0].answer is not None
    assert (tail[0].answer.bytes, tail[0].answer.recv_ns) == (b"9;key=k9;", 909)
