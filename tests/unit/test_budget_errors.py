import pytest

from latprobe.comparator import TargetNames, parse_budget
from latprobe.errors import BudgetError

ENGINE = TargetNames(
    stages=["parse", "book", "risk", "route", "decide"], kinds=["add_order", "trade"]
)

# Each as it is printed: the problem, the budget, and a caret under the place.
NOT_OF_THE_GRAMMAR = [
    """
    expected a stage or a figure, such as `parse: p99.9 < 50ns`, found `<`
    < 10ns
    ^
    """,
    """
    expected `:`, `<`, `<=`, `>`, `>=` or `==`, found the end
    parse
         ^
    """,
    """
    expected a figure, such as `mean` or `p99.9`, found `<`
    parse: < 10ns
           ^
    """,
    """
    expected `<`, `<=`, `>`, `>=` or `==`, found `=`
    parse: mean = 10ns
                ^
    """,
    """
    expected `<`, `<=`, `>`, `>=` or `==`, found `10ns`
    parse: mean 10ns
                ^
    """,
    """
    expected a limit, such as `10ns` or `105% of baseline`, found `ns`
    parse: mean < ns
                  ^
    """,
    """
    expected a limit, such as `10ns` or `105% of baseline`, found `-`
    parse: mean > -1ns
                  ^
    """,
    """
    expected a unit or the end, found `,`
    parse: mean < 1,000ns
                   ^
    """,
    """
    expected the end, found `extra`
    parse: mean < 10ns extra
                       ^
    """,
    """
    expected `baseline`, found the end
    parse: p99 < 105% of
                        ^
    """,
    """
    expected the end, or `of baseline`, found `baseline`
    parse: p99 < 105% baseline
                      ^
    """,
    """
    expected the end, found `baseline`
    parse: p99 < 105 of baseline
                        ^
    """,
    """
    `max` is a fact about one run, and no bound on later ones: set an amount as its limit, or a \
percentile on a baseline
    parse: max < 105% of baseline
                 ^
    """,
    """
    expected a message kind, found `]`
    decide[]: p99 < 1us
           ^
    """,
    """
    expected `]`, found `:`
    decide[trade: p99 < 1us
                ^
    """,
    """
    expected `:`, found `p99`
    decide[trade] p99 < 1us
                  ^
    """,
    """
    expected the last stage of the span, found `:`
    risk..: p99 < 1us
          ^
    """,
    """
    expected the last stage of the span, found `.`
    risk...decide: p99 < 1us
          ^
    """,
    """
    expected a figure, such as `mean` or `p99.9`, found `"`
    decide: "p99" < 1us
            ^
    """,
]

NOT_A_FIGURE = [
    """
    unknown figure `maen`; did you mean `mean`?
    parse: maen < 10ns
           ^
    """,
    """
    unknown figure `P99.9`; did you mean `p99.9`?
    parse: P99.9 < 10ns
           ^
    """,
    """
    unknown figure `max alocations`; did you mean `max allocations`?
    parse: max alocations < 10
           ^
    """,
    """
    unknown figure `watts`: expected percentiles such as p99.9, mean, median, min, max, \
cost, throughput, allocations, max allocations, frees, max frees, reallocations, \
max reallocations, bytes, max bytes, errors, superseded, dropped, max rss, rss growth, \
rss slope, max heap, heap growth, heap slope, minor faults, major faults, instructions, branches, \
branch-misses, L1d-accesses, L1d-misses, L1i-misses, LLC-misses, cycles, dTLB-misses, \
page-faults, context-switches, cpu-migrations, task-clock, IPC, branch-miss-rate, \
L1d-miss-rate, latency drift, mean drift, unmatched, unanswered, uncaused, \
early or ambiguous
    parse: watts < 200
           ^
    """,
    """
    a percentile lies between p0 and p100, found `p100`; did you mean `max`?
    parse: p100 < 10ns
           ^
    """,
    """
    a percentile lies between p0 and p100, found `p0`; did you mean `min`?
    parse: p0 < 10ns
           ^
    """,
    """
    a percentile lies between p0 and p100, found `p999`; did you mean `p99.9`?
    parse: p999 < 10ns
           ^
    """,
    """
    a percentile lies between p0 and p100, found `p100.5`
    parse: p100.5 < 10ns
           ^
    """,
]

NOT_OF_THE_DIMENSION = [
    """
    `mean` is a time, and the limit has no unit: write its limit like `10ns`
    parse: mean < 10
                    ^
    """,
    """
    `mean` is a time, and `KiB` is a unit of a size: write its limit like `10ns`
    parse: mean < 10 KiB
                     ^
    """,
    """
    `throughput` is a rate, and `k` is a unit of a count: write its limit like `100k/s`
    throughput > 100k
                    ^
    """,
    """
    `allocations` is a count, and `%` is a unit of a share: write its limit like `2`
    parse: allocations < 5%
                          ^
    """,
    """
    `bytes` is a size, and `k` is a unit of a count: write its limit like `1KiB`
    parse: bytes < 1k
                    ^
    """,
    """
    `errors` is a share, and `ms` is a unit of a time: write its limit like `0.01%`
    errors < 5ms
              ^
    """,
    """
    unknown unit `nsec`; did you mean `ns`?
    parse: mean < 10nsec
                    ^
    """,
    """
    unknown unit `KB`; did you mean `kB`?
    parse: bytes < 10KB
                     ^
    """,
    """
    unknown unit `parsecs`: `mean` is a time, whose units are ns, us, µs, ms, s, min and h
    parse: mean < 10parsecs
                    ^
    """,
    """
    a plain number counts `errors`, and 0.5 is not a whole one: for a share of the messages write \
a percentage, such as `0.01%`
    errors < 0.5
             ^
    """,
    """
    `p50` is measured, and is never shown to be exactly 1us: use `<=` or `>=`
    parse: p50 == 1us
               ^
    """,
    """
    expected a unit or the end, found `9ns`
    parse: mean < 1e999ns
                      ^
    """,
    """
    a number has at most 30 characters
    parse: mean < 1111111111111111111111111111111ns
                  ^
    """,
]

NOT_OF_THE_TARGET = [
    """
    unknown stage `prase`; did you mean `parse`?
    prase: mean < 10ns
    ^
    """,
    """
    unknown stage `decode`; did you mean `decide`?
    risk..decode: mean < 10ns
          ^
    """,
    """
    unknown stage `x`: the target has `total`, `parse`, `book`, `risk`, `route` and `decide`
    x: mean < 10ns
    ^
    """,
    """
    unknown message kind `ad_order`; did you mean `add_order`?
    decide[ad_order]: mean < 10ns
           ^
    """,
    """
    unknown message kind `quote`: the target has `add_order` and `trade`
    decide["quote"]: mean < 10ns
           ^
    """,
    """
    `risk` comes before `decide`: the stages are `parse`, `book`, `risk`, `route` and `decide`
    decide..risk: mean < 10ns
            ^
    """,
    """
    `total` is the whole message: it cannot be the end of a span of stages
    parse..total: mean < 10ns
           ^
    """,
    """
    `mean` of which stage? Write `total: mean` for the whole message
    mean < 10ns
    ^
    """,
    """
    `errors` are counted for whole messages of every kind: write `errors` alone
    total[trade]: errors < 1%
    ^
    """,
    """
    memory is the whole process's: write `max rss` alone
    parse: max rss < 64MiB
    ^
    """,
    """
    `heap slope` is a growth, and `MiB` is a unit of a size: write its limit like `1KiB/Mmsg`
    heap slope < 1MiB
                  ^
    """,
    """
    `rss slope` is measured, and is never shown to be exactly 0B/msg: use `<=` or `>=`
    rss slope == 0B/msg
              ^
    """,
]

SNAPSHOTS = [*NOT_OF_THE_GRAMMAR, *NOT_A_FIGURE, *NOT_OF_THE_DIMENSION, *NOT_OF_THE_TARGET]


@pytest.mark.parametrize("snapshot", SNAPSHOTS)
def test_an_error_says_what_was_expected_and_points_at_the_place(snapshot: str) -> None:
    problem, text, caret = (line[4:] for line in snapshot.strip("\n").splitlines()[:3])
    with pytest.raises(BudgetError) as error:
        parse_budget(text, ENGINE)
    assert str(error.value) == f"{problem}\n    {text}\n    {caret}"


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_budget_is_refused(text: str) -> None:
    with pytest.raises(BudgetError, match="found the end"):
        parse_budget(text)


def test_the_caret_stands_right_under_a_text_with_tabs_and_line_breaks() -> None:
    with pytest.raises(BudgetError) as error:
        parse_budget("parse:\tmean\n< ten")
    assert str(error.value).splitlines()[1:] == ["    parse: mean < ten", "                  ^"]


def test_a_target_without_kinds_has_none_to_offer() -> None:
    with pytest.raises(BudgetError, match="unknown message kind `trade`: the target has none"):
        parse_budget("parse[trade]: mean < 1us", TargetNames(["parse"], []))
