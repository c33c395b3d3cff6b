"""The search of a bisection, over lines of commits of any length, of which any may be skipped."""

import math
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from latprobe.bisect.bisection import Commit, Judgement, Trial
from latprobe.bisect.search import Outcome, search


def searched(length: int, first_bad: int, skipped: set[int]) -> Outcome:
    """Commits are called by their numbers; 0 is good and the last is bad."""

    def suspects(goods: Sequence[str], bad: str) -> list[str]:
        left = range(max(map(int, goods)) + 1, int(bad) + 1)
        middle = (left[0] + left[-1]) / 2
        by_distance = sorted(left, key=lambda it: (abs(it - middle), it))
        return [*(str(it) for it in by_distance if str(it) != bad), bad]

    def judge(commit: str, left: int) -> Trial:
        assert 1 <= int(commit) < length
        assert left >= 2
        judgement: Judgement = "bad" if int(commit) >= first_bad else "good"
        if int(commit) in skipped:
            judgement = "skip"
        return Trial(Commit(commit, "", "", ""), judgement, "as told")

    return search("0", str(length), suspects, judge)


@given(st.data(), st.integers(1, 300))
def test_the_first_bad_commit_is_found_in_as_many_trials_as_halving_needs(
    data: st.DataObject, length: int
) -> None:
    first_bad = data.draw(st.integers(1, length))

    found = searched(length, first_bad, set())

    assert found.first_bad == (str(first_bad),)
    assert len(found.trials) <= math.ceil(math.log2(length + 1))


@given(st.data(), st.integers(1, 60))
def test_skipped_commits_never_hide_the_first_bad_one(data: st.DataObject, length: int) -> None:
    first_bad = data.draw(st.integers(1, length))
    skipped = data.draw(st.sets(st.integers(1, length)))

    found = searched(length, first_bad, skipped)

    assert str(first_bad) in found.first_bad
    *between, last = map(int, found.first_bad)
    assert skipped.issuperset(between)
    assert last >= first_bad
    tried = [it.commit.sha for it in found.trials]
    assert len(tried) == len(set(tried))
