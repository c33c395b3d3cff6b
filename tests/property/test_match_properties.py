"""The matcher that streams against one that looks at each message and all others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latprobe.errors import FeedError
from tests.matches import Sent, matched, naively, said_by

times = st.integers(0, 25)
keys = st.sampled_from(["", "a", "b", "c"])
ins = st.lists(st.tuples(times, keys), min_size=1, max_size=30)
outs = st.lists(st.tuples(times, keys), min_size=1, max_size=20)
rules = st.sampled_from([("first", "latest"), ("all", "latest"), ("first", "oldest")])


@settings(max_examples=200)
@given(ins, outs, rules, st.integers(1, 12))
def test_streaming_gives_what_looking_at_everything_gives(
    ins: Sent, outs: Sent, rule: tuple[str, str], within: int
) -> None:
    each, reused = rule
    told = {"within": f"{within}ns", "each": each, "reused": reused}

    def sorted_by_time(side: Sent) -> Sent:
        return sorted(side, key=lambda it: it[0])

    ins, outs = sorted_by_time(ins), sorted_by_time(outs)

    assert said_by(matched(ins, outs, told)) == naively(ins, outs, within, each, reused)


@given(ins, outs, rules, st.integers(1, 12))
def test_disorder_of_less_than_a_second_is_undone(
    ins: Sent, outs: Sent, rule: tuple[str, str], within: int
) -> None:
    each, reused = rule

    said = said_by(matched(ins, outs, {"within": f"{within}ns", "each": each, "reused": reused}))

    assert said == naively(ins, outs, within, each, reused)


@given(ins, outs, st.integers(1, 25))
def test_disorder_beyond_that_is_refused(ins: Sent, outs: Sent, within: int) -> None:
    behind = max(
        earlier[0] - later[0]
        for side in (ins, outs)
        for place, later in enumerate(side)
        for earlier in side[: place + 1]
    )
    ins, outs = ([(100_000_000 * ns, key) for ns, key in side] for side in (ins, outs))
    told = {"within": f"{100 * within}ms"}

    if behind <= max(10, within):
        matched(ins, outs, told)
    else:
        with pytest.raises(FeedError, match="earlier than one before it"):
            matched(ins, outs, told)


@given(ins, outs, rules)
def test_every_message_is_counted_once(ins: Sent, outs: Sent, rule: tuple[str, str]) -> None:
    each, reused = rule

    result = matched(ins, outs, {"within": "60ns", "each": each, "reused": reused})

    assert result.pairs.ins + result.ins.without_key == len(ins)
    assert result.pairs.outs + result.outs.without_key == len(outs)
    assert sum(kind.count for kind in result.kinds) == result.pairs.paired
    in_blocks = sum(kind.count for block in result.blocks for kind in block.kinds)
    assert in_blocks == result.pairs.paired
