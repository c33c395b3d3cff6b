"""What explains a change, of runs that are made up."""

from dataclasses import replace

import msgspec

from latprobe.comparator.explain import explain_comparison
from latprobe.run.change import TAIL, Change, Finding
from latprobe.run.model import Warning  # noqa: A004  # the design's word
from tests.compared import BASE, BODY, SLOWER, compared, document, slower, times, with_tail
from tests.report_snapshots import assert_matches
from tests.runs import MadeRun, platform


def findings(before: MadeRun, after: MadeRun) -> tuple[Finding, ...]:
    comparison = compared(before, after)
    return explain_comparison(
        comparison, document(before, "20261119"), document(after, "20261120")
    ).findings


def words(before: MadeRun, after: MadeRun) -> list[str]:
    return [it.words for it in findings(before, after)]


def test_nothing_explains_what_has_not_changed() -> None:
    assert words(BASE, BASE) == ["nothing has moved that could be told"]


def test_a_slower_stage_is_named_with_its_part_kind_shift_and_counts() -> None:
    assert_matches("explain_shift.txt", "\n".join(words(BASE, SLOWER)) + "\n")


def test_one_message_in_500_that_is_2_us_later_is_explained_as_tail() -> None:
    """No median, p90 or p99 moves, and yet it is found, in its stage and kind."""
    orders = {
        "parse": BODY,
        "book": with_tail(BODY, 500, 2_000),
        "total": with_tail(BASE.times["trade"]["total"], 500, 2_000),
    }
    late = replace(BASE, times={**BASE.times, "add_order": orders})

    found = findings(_much(BASE), _much(late))

    tail = [it for it in found if it.topic == "tail"]
    assert {(it.stage, it.kind) for it in tail} >= {("book", None), ("total", "add_order")}
    book = next(it for it in tail if it.stage == "book" and it.kind is None)
    assert "the tail alone moved" in book.words
    assert "slower by some 1.9" in book.words or "slower by some 2.0" in book.words
    assert not any(it.stage == "parse" for it in found)
    assert_matches("explain_tail.txt", "\n".join(it.words for it in found) + "\n")


def _much(made: MadeRun) -> MadeRun:
    """With ten times as many messages, so that one in 500 are enough."""
    grown = {
        kind: {row: {ns: 10 * it for ns, it in counts.items()} for row, counts in rows.items()}
        for kind, rows in made.times.items()
    }
    return replace(made, times=grown)


def test_messages_that_gather_elsewhere_are_a_new_mode() -> None:
    moved = dict(BODY)
    moved[1_500] = 500
    moved[300] -= 250
    moved[304] -= 200
    moved[296] -= 50
    after = replace(BASE, times={**BASE.times, "trade": {**BASE.times["trade"], "book": moved}})

    found = next(it for it in findings(BASE, after) if it.topic == "mode")

    assert found.stage == "book"
    assert "take about 1.50 µs, where 0 % did" in found.words


def test_a_platform_that_stalled_more_is_named() -> None:
    quiet = replace(BASE, platform=platform({2_000: 100}))
    noisy = replace(quiet, platform=platform({2_000: 300, 60_000: 4}))

    (found,) = [it for it in findings(quiet, noisy) if it.topic == "platform"]

    assert found.words == (
        "the platform stalled 304 times a second, for 0.084 % of the time, the longest 60.0 µs; "
        "before it was 100 times, 0.02 % and 2.00 µs: a tail may be the machine's"
    )


def test_a_run_that_became_faster_is_explained_as_well() -> None:
    faster = replace(BASE, times=times(BODY, slower(BODY, 0.8)))

    assert any("p10 to p90 are faster by" in it for it in words(BASE, faster))


def test_what_a_run_warns_of_by_itself_is_said_with_the_findings() -> None:
    warned = replace(BASE, warnings=(Warning("other tasks had the CPU", "run again"),))

    assert words(BASE, warned) == [
        "nothing has moved that could be told",
        "now, the run itself warns: other tasks had the CPU",
    ]


def paired(before: MadeRun, after: MadeRun, *further: Change, stage: str = "total") -> list[str]:
    """What is said of a tail that pairs of forks showed to be worse."""
    tail = Change(
        *(stage, None, TAIL, "share", "worse"),
        "messages over 2.00 µs: more by 80 % [60, 104]",
        *(0.005, 0.009, 1.8, (1.6, 2.04)),
    )
    comparison = compared(before, after)
    kept = [it for it in comparison.changes if it.figure not in ("p50", "p90")]
    changed = msgspec.structs.replace(comparison, changes=(tail, *kept, *further))
    runs = (document(before, "20261119"), document(after, "20261120"))
    found = explain_comparison(changed, *runs).findings
    return [it.words for it in found if it.topic == "tail"]


def test_a_tail_that_only_pairs_show_is_explained_as_tail() -> None:
    slower_body = Change("total", None, "p50", "ns", "worse", "slower", 1.0, 2.0, 2.0, (1.9, 2.1))

    assert paired(BASE, BASE) == [
        "total: the tail alone moved: messages over 2.00 µs: more by 80 % [60, 104], 0.9 % of "
        "them where 0.5 % were"
    ]
    assert paired(BASE, BASE, slower_body)[0].startswith("total: the tail moved: ")


def test_a_tail_that_the_distribution_shows_is_told_once() -> None:
    later = with_tail(BODY, 500, 2_000)

    found = paired(BASE, replace(BASE, times=times(BODY, later)), stage="book")

    assert [it.partition(":")[0] for it in found].count("book") == 1
    assert not any("messages over" in it for it in found)
