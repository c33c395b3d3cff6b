"""Matched recordings as a run: figures, verdicts, warnings, table and tail."""

import json
import random
from pathlib import Path

import msgspec
import pytest

from latprobe._core import Histogram
from latprobe.errors import BudgetError
from latprobe.match.recording import Recording, scripted_recording
from latprobe.report.curve import curve_of
from latprobe.report.table import print_run
from latprobe.report.tail import print_tail
from latprobe.report.tail_json import tail_json
from latprobe.run.model import RunDocument
from latprobe.run.store import read_run, write_run_as
from tests.matches import match_run, payload, ticks_and_orders
from tests.report_snapshots import assert_matches, on_terminal, plain

EXACT = [20_000 + 10 * (number % 100) for number in range(4_000)]
"""Times of 20.00 to 20.99 µs, as many of each."""


def verdicts(run: RunDocument) -> dict[str, str]:
    return {it.budget: it.verdict for it in run.verdicts}


def reasons(run: RunDocument) -> dict[str, str]:
    return {it.budget: it.reason for it in run.verdicts}


def problems(run: RunDocument) -> str:
    return "\n".join(it.problem for it in run.warnings)


def noisy(seed: int, messages: int = 6_000, median_ns: float = 20_000.0) -> list[int]:
    chance = random.Random(seed)
    return [round(median_ns * chance.lognormvariate(0, 0.3)) for _ in range(messages)]


def test_the_figures_are_those_of_the_times_that_were_put_in() -> None:
    run = match_run([ticks_and_orders(EXACT)])

    total = next(it for it in run.figures if it.kind is None)
    assert (total.stage, total.messages) == ("total", 4_000)
    assert total.mean_ns == 20_495.0
    assert (total.min_ns, total.max_ns) == (20_000, 20_991)
    assert total.p50_ns == 20_495
    assert total.histogram is not None
    counts = dict(Histogram.decode(total.histogram).counts())
    assert sum(counts.values()) == 4_000
    assert counts == dict(_histogram(EXACT).counts())


def _histogram(times: list[int]) -> Histogram:
    histogram = Histogram()
    for ns in times:
        histogram.record(ns)
    return histogram


def test_one_recording_is_judged_by_its_blocks_and_says_what_that_covers() -> None:
    run = match_run(
        [ticks_and_orders(noisy(1))],
        "total: p50 < 22us",
        "total: p50 < 15us",
        "total: mean < 25us",
        "total: p99 < 100us",
        "total: p99.9 < 100us",
        "total: max < 1ms",
    )

    assert verdicts(run) == {
        "total: p50 < 22us": "pass",
        "total: p50 < 15us": "fail",
        "total: mean < 25us": "pass",
        "total: p99 < 100us": "pass",
        "total: p99.9 < 100us": "unproven",
        "total: max < 1ms": "pass",
    }
    assert "within the one recording" in reasons(run)["total: p50 < 22us"]
    assert "50 are needed to place it: record 50,000" in reasons(run)["total: p99.9 < 100us"]
    assert "one pair of recordings" in problems(run)


def test_several_recordings_count_the_spread_between_them() -> None:
    alike = [ticks_and_orders(noisy(seed)) for seed in range(4)]
    unlike = [ticks_and_orders(noisy(seed, median_ns=15_000 + 4_000 * seed)) for seed in range(4)]

    close = match_run(alike, "total: p50 < 21us")
    apart = match_run(unlike, "total: p50 < 24us")

    assert verdicts(close) == {"total: p50 < 21us": "pass"}
    assert verdicts(apart) == {"total: p50 < 24us": "unproven"}
    assert "more recordings or messages" in reasons(apart)["total: p50 < 24us"]
    assert "one pair of recordings" not in problems(close)


def test_a_figure_is_never_finer_than_the_recordings_times() -> None:
    coarse = [number // 10_000 * 10_000 for number in noisy(3)]

    run = match_run(
        [ticks_and_orders(coarse, step_ns=10_000)],
        "total: p1 < 5us",
        "total: p50 < 25us",
        "total: p50 < 60us",
        "total: p50 > 60us",
    )
    stated = match_run([ticks_and_orders(EXACT)], "total: p50 < 21us", granularity="1us")

    assert run.forks[0].instrument is not None
    assert run.forks[0].instrument.clock.granularity_ns == 10_000
    assert verdicts(run) == {
        "total: p1 < 5us": "unproven",
        "total: p50 < 25us": "unproven",
        "total: p50 < 60us": "pass",
        "total: p50 > 60us": "fail",
    }
    assert "the clock (step 10.0 µs" in reasons(run)["total: p50 < 25us"]
    assert verdicts(stated) == {"total: p50 < 21us": "unproven"}


def test_times_under_the_step_are_bounds() -> None:
    run = match_run(
        [ticks_and_orders([0, 0, 0, 10_000] * 1_000, step_ns=10_000)], "total: p50 < 5us"
    )

    assert verdicts(run) == {"total: p50 < 5us": "unproven"}
    assert "< 10.0 µs" in plain(lambda console: print_run(run, console))


def test_the_error_of_a_known_offset_is_a_part_of_every_time() -> None:
    sure = match_run([ticks_and_orders(EXACT)], "total: p50 < 21us")
    unsure = match_run([ticks_and_orders(EXACT)], "total: p50 < 21us", clock_error="1us")

    assert verdicts(sure) == {"total: p50 < 21us": "pass"}
    assert verdicts(unsure) == {"total: p50 < 21us": "unproven"}


def test_what_recordings_cannot_tell_is_unproven_for_a_reason() -> None:
    budgets = (
        "total: allocations == 0",
        "total: cost < 1us",
        "total: throughput >= 1/s",
        "total: response p99 < 1ms",
        "total: cold p99 < 1ms",
        "errors == 0",
        "total[nobody]: p50 < 1ms",
    )

    run = match_run([ticks_and_orders(EXACT)], *budgets)

    assert set(verdicts(run).values()) == {"unproven"}
    for text in budgets[:-1]:
        assert reasons(run)[text].startswith("recordings of a program were matched")
    assert reasons(run)["total[nobody]: p50 < 1ms"] == "no message came through total[nobody]"


def test_a_stage_is_refused_with_its_place() -> None:
    with pytest.raises(BudgetError, match="unknown stage `parse`: the target has `total`"):
        match_run([ticks_and_orders(EXACT)], "parse: p50 < 1us")


def lossy() -> tuple[Recording, Recording]:
    """1,000 ticks of which 12 have no order, 4 orders for nothing and 2 before their ticks."""
    ticks = [(1_000_003 * number, payload(f"t{number}")) for number in range(1_000)]
    orders = [(ticks[number][0] + 5_001, payload(f"t{number}")) for number in range(12, 1_000)]
    orders += [(7 + 1_000_003 * number, payload(f"x{number}")) for number in range(4)]
    orders += [(ticks[10][0] - 700, payload("t10")), (ticks[11][0] - 300, payload("t11"))]
    orders.sort()
    return scripted_recording(ticks, "ticks.feed"), scripted_recording(orders, "orders.feed")


def test_what_has_no_counterpart_is_counted_exactly() -> None:
    run = match_run(
        [lossy()],
        "unanswered == 12",
        "unanswered < 1.2%",
        "uncaused == 6",
        "early == 2",
        "early == 0",
        "unmatched == 18",
        "unmatched < 1%",
        "ambiguous == 0",
        "ambiguous < 1%",
    )

    assert verdicts(run) == {
        "unanswered == 12": "pass",
        "unanswered < 1.2%": "fail",
        "uncaused == 6": "pass",
        "early == 2": "pass",
        "early == 0": "fail",
        "unmatched == 18": "pass",
        "unmatched < 1%": "pass",
        "ambiguous == 0": "pass",
        "ambiguous < 1%": "pass",
    }
    assert reasons(run)["early == 0"] == (
        "2 of 994 early, 0.201 %, counted exactly: == 0 does not hold"
    )
    assert "2 of 994 messages came out before" in problems(run)
    assert "at most by 700 ns" in problems(run)
    assert "4 messages (0.402 %) came out, and none with their key" in problems(run)


def test_counts_of_pairing_have_no_place_in_a_stage() -> None:
    with pytest.raises(BudgetError, match="write `unmatched` alone"):
        match_run([lossy()], "total[x]: unmatched == 0")


def test_many_answers_before_their_messages_leave_every_time_unproven() -> None:
    ins, outs = ticks_and_orders(EXACT)

    skewed = match_run([(ins, outs)], "total: p50 < 1ms", clock_offset="20500ns")

    assert verdicts(skewed) == {"total: p50 < 1ms": "unproven"}
    assert "answers came before their messages" in reasons(skewed)["total: p50 < 1ms"]


def test_an_ambiguous_answer_is_the_time_of_either_message() -> None:
    # Two ticks 300 ns apart with one key, and one order 100 ns after the second.
    ticks, orders = [], []
    for number in range(2_000):
        at = 1_000_003 * number
        ticks += [(at, payload(f"t{number}")), (at + 300, payload(f"t{number}"))]
        orders.append((at + 401, payload(f"t{number}")))
    pair = (scripted_recording(ticks), scripted_recording(orders))
    figures = ("p50", "mean", "max")
    budgets = (*(f"total: {it} < 200ns" for it in figures), "total: p50 < 1us")

    latest = match_run([pair], *budgets)
    oldest = match_run([pair], *budgets, reused="oldest")

    for run in (latest, oldest):
        assert list(verdicts(run).values()) == ["unproven", "unproven", "unproven", "pass"]
        assert "whichever messages ambiguous" in reasons(run)["total: p50 < 200ns"]
        assert "a key that no two messages share" in reasons(run)["total: p50 < 200ns"]
    assert [it.figures[0].p50_ns for it in (latest, oldest)] == [101, 401]
    assert "2,000 pairs (100 %) are ambiguous" in problems(latest)
    assert "`--reused oldest`" not in problems(latest)
    assert "--reused oldest" in latest.warnings[1].advice


def test_nothing_paired_shows_the_keys_of_both_sides() -> None:
    ins = scripted_recording([(1, payload("tick-1"))], "ticks.feed")
    outs = scripted_recording([(2, payload("order-1"))], "orders.feed")
    without = scripted_recording([(2, b"no key")], "orders.feed")

    keys = "is `tick-1`, and the first that came out `order-1`"
    assert keys in problems(match_run([(ins, outs)]))
    assert "no message of orders.feed has a key" in problems(match_run([(ins, without)]))


def test_a_tail_that_is_cut_off_by_the_wait_is_pointed_out() -> None:
    run = match_run([ticks_and_orders([*EXACT, 95_000])], within="100us")

    assert "the slowest pair took 95.0 µs, and an answer is waited for 100us" in problems(run)


def test_a_recording_that_drifts_is_pointed_out() -> None:
    drifting = match_run([ticks_and_orders([10_000 + number for number in range(4_000)])])
    steady = match_run([ticks_and_orders(noisy(5))])

    assert "blocks of the recording are not independent" in problems(drifting)
    assert "not independent" not in problems(steady)


def test_the_document_is_read_back_and_is_of_the_schema(tmp_path: Path) -> None:
    run = match_run([lossy()], "total: p50 < 1ms", kind="regex:'key=([a-z])'")

    path = write_run_as(run, tmp_path / "deep" / "run.json")

    assert read_run(path) == run
    assert [it.name for it in (tmp_path / "deep").iterdir()] == ["run.json"]


def test_a_document_without_what_matching_added_is_still_read() -> None:
    from tests.report_cases import JUDGED  # noqa: PLC0415

    run = JUDGED.document()
    content = msgspec.to_builtins(run)
    del content["scenario"]["match"]
    for fork in content["forks"]:
        for message in (fork.get("result") or {}).get("tail", ()):
            del message["answer"]

    assert msgspec.convert(content, RunDocument) == run


def test_a_run_of_recordings_can_be_plotted() -> None:
    curve = curve_of(match_run([ticks_and_orders(EXACT)]), "total", None, "gateway")

    assert (curve.messages, curve.max_ns) == (4_000, 20_991)


def snapshot_run() -> RunDocument:
    return match_run(
        [lossy(), ticks_and_orders(noisy(1, 1_500))],
        "total: p50 < 22us",
        "unmatched < 0.1%",
        "total: allocations == 0",
        description="tick to order",
        kind="regex:'key=([a-z])'",
        clock_offset="-2us",
        clock_error="100ns",
    )


def test_the_table_is_as_it_was() -> None:
    run = snapshot_run()

    assert_matches("match_plain.txt", plain(lambda console: print_run(run, console, by_kind=True)))
    assert_matches(
        "match_terminal_80.txt", on_terminal(lambda console: print_run(run, console), 80)
    )


def test_the_tail_shows_what_went_in_and_what_came_out() -> None:
    pair = ticks_and_orders([10_000, 20_000])
    run = match_run([pair, pair])
    nothing = match_run([(pair[1], pair[0])])

    assert_matches("match_tail.txt", plain(lambda console: print_tail(run, console)))
    assert plain(lambda console: print_tail(nothing, console)) == "gateway  has no pairs\n\n"


def test_equal_numbers_of_two_recordings_are_two_messages() -> None:
    pair = ticks_and_orders([10_000, 20_000, 30_000])

    listed = json.loads(tail_json(match_run([pair, pair])))

    assert listed["passes"] == 2
    assert [(it["fork"], it["feed_message"], it["total_ns"]) for it in listed["messages"]] == [
        (0, 2, 30_000.0),
        (1, 2, 30_000.0),
        (0, 1, 20_000.0),
        (1, 1, 20_000.0),
        (0, 0, 10_000.0),
        (1, 0, 10_000.0),
    ]
    assert listed["messages"][0]["answer"]["sequence"] == 2
