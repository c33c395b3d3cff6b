import io
from pathlib import Path

import pytest
from msgspec.structs import replace

from benches.call_sites import CallSites, ToolCost
from benches.call_sites import figures as call_site_figures
from benches.figure import Figure, unsupported
from benches.hot_loop import HotLoop, HotLoops, calls_between_messages, figures
from benches.import_captures import Captures, Imported
from benches.import_captures import figures as capture_figures
from benches.large_capture import write_capture
from benches.native import BenchError
from benches.pacing import Paced
from benches.pacing import figures as paced_figures
from benches.peers import Chain, Peers, divan_medians
from benches.peers import figures as peer_figures
from benches.table import print_figures
from latprobe.feed.importers.capture_options import CaptureOptions
from latprobe.feed.importers.import_feed import import_recording
from latprobe.feed.importers.importer import ImportOptions
from latprobe.report.console import console_for
from latprobe.run.pacing import Unseen, Watched
from tests.paced_runs import KEPT

FIRST = '71  access("/latprobe/first", F_OK)   = -1 ENOENT (No such file or directory)'
LAST = '71  access("/latprobe/last", F_OK)    = -1 ENOENT (No such file or directory)'


def test_system_calls_are_counted_from_the_first_message_to_the_last() -> None:
    quiet = ["71  brk(0x55) = 0x55", FIRST, LAST, "71  munmap(0x7f, 16) = 0"]
    busy = [
        *quiet[:2],
        '71  write(1, "x", 1) = 1',
        "71  --- SIGALRM {si_signo=SIGALRM} ---",
        "72  futex(0x1, FUTEX_WAIT <unfinished ...>",
        "72  <... futex resumed>) = 0",
        *quiet[2:],
    ]

    assert calls_between_messages(quiet) == 0
    assert calls_between_messages(busy) == 2


def test_a_trace_without_the_messages_is_no_proof_of_silence() -> None:
    for trace in ([], [FIRST], [LAST]):
        with pytest.raises(BenchError, match="not in the trace"):
            calls_between_messages(trace)


def loops(*passes: HotLoop, own: int = 0, untraced: str | None = None) -> HotLoops:
    return HotLoops(passes, own_pass_messages=1000, own_pass_calls=own, untraced=untraced)


def test_a_single_call_in_any_pass_is_one_too_many() -> None:
    quiet, loud = HotLoop("latency", 999, 0, 0), HotLoop("cost", 999, 1, 1)

    assert [row.holds for row in figures(loops(quiet))] == [True, True]
    assert [row.holds for row in figures(loops(quiet, loud))] == [False, False]
    assert [row.holds for row in figures(loops(quiet, own=1))] == [False, True]


def test_what_cannot_be_traced_is_said_and_holds_neither_way() -> None:
    rows = figures(loops(HotLoop("latency", 999, 0, None), untraced="strace is not installed"))

    assert (rows[0].holds, rows[1].holds) == (True, None)
    assert rows[1].measured == "unsupported: strace is not installed"


def test_medians_are_read_from_the_table_of_divan() -> None:
    table = (
        "peers        fastest       │ slowest       │ median        │ mean          │ samples\n"
        "╰─ products                │               │               │               │\n"
        "   ├─ 8      5.472 ns      │ 5.629 ns      │ 5.512 ns      │ 5.51 ns       │ 100\n"
        "   ╰─ 15360  10.93 µs      │ 11.01 µs      │ 10.96 µs      │ 10.97 µs      │ 100\n"
    )

    assert divan_medians(table) == [5.512, pytest.approx(10_960)]


@pytest.mark.parametrize(
    ("true_ns", "mean_ns", "p50_ns", "cost_ns", "holds"),
    [
        (5.0, 5.4, 14.0, 5.05, [True, True, True]),
        (5.0, 5.6, 16.0, 5.2, [False, False, False]),
        (1000.0, 1019.0, 1009.0, 981.0, [True, True, True]),
        (1000.0, 1021.0, 1011.0, 979.0, [False, False, False]),
    ],
)
def test_a_chain_holds_where_latprobe_is_near_enough_to_the_truth(
    true_ns: float, mean_ns: float, p50_ns: float, cost_ns: float, holds: list[bool]
) -> None:
    chain = Chain(true_ns, mean_ns, (mean_ns, mean_ns), p50_ns, 99.0, 99.0, cost_ns, 99.0)

    assert [row.holds for row in peer_figures(Peers(10.0, (chain,)))] == holds


def test_a_median_cannot_be_finer_than_the_histogram() -> None:
    chain = Chain(12_100.0, 12_100.0, (12_090.0, 12_300.0), 12_112.0, 99.0, 99.0, 12_100.0, 99.0)

    mean, median, _ = peer_figures(Peers(0.77, (chain,)))

    assert mean.measured.startswith("12.1 µs (+0.0%) [-0.1% – +1.7%]; quanta ")
    assert (median.reach, median.holds) == ("within one step of clock or histogram, 12.1 ns", True)


def punctual(bookkeeping: Unseen, away: float = 0.0) -> Paced:
    """Of 15,199 late messages, 15 by the target's calls and 9 by the driver's own work."""
    pacing = replace(
        KEPT,
        late=15_199,
        late_by_platform=15_175,
        late_by_driver=9,
        waiting=Watched(9.9e9, 5_171, 1.5e8, 4e6),
    )
    return Paced(999_296, pacing, Unseen(30, 17.1, False), bookkeeping, away, 1_580)


def test_who_is_late_by_stalls_alone_leaves_nothing_over() -> None:
    (row,) = paced_figures(punctual(Unseen(22, 16.4, False)))

    assert row.holds
    assert row.measured == (
        "0 left over of 15,199 late in 999,296: 15,175 behind 5,171 stalls that were seen, 15 "
        "behind 30 (17.1 by the same rate) in the target's call, 9 behind 22 (16.4 by the same "
        "rate) in the driver's own work; 0 page faults"
    )


def test_what_the_rate_of_stalls_does_not_explain_is_left_over() -> None:
    slow = Unseen(60, 15.0, True)
    (row,) = paced_figures(punctual(slow))
    (busy,) = paced_figures(punctual(slow, away=0.225))

    # Three quarters of nine messages, rounded up.
    assert (row.holds, row.measured.partition(" of ")[0]) == (False, "7 left over")
    assert busy.holds is None
    assert busy.measured.endswith("other tasks took it 1,580 times, for 22.5 % of the time")


def test_the_table_says_of_each_figure_whether_it_holds() -> None:
    stream = io.StringIO()
    rows = [
        Figure("a mark", "19 ns", "≤ 20 ns", True),
        Figure("a sample", "3 ns", "≤ 2 ns", False),
        unsupported("calls", "strace is not installed", "0"),
    ]

    print_figures(rows, console_for(stream))

    lines = [line.split("  ") for line in stream.getvalue().splitlines() if line.strip()]
    words = [[word.strip() for word in line if word.strip()] for line in lines]
    assert words[0] == ["figure", "measured", "reach", "holds"]
    assert words[-3:] == [
        ["a mark", "19 ns", "≤ 20 ns", "yes"],
        ["a sample", "3 ns", "≤ 2 ns", "no"],
        ["calls", "unsupported: strace is not installed", "0", "–"],
    ]


def test_a_capture_for_the_bench_is_one_without_gaps(tmp_path: Path) -> None:
    messages = write_capture(tmp_path / "a.pcap", 9_000_000)
    options = ImportOptions(capture=CaptureOptions("moldudp64"))
    done = import_recording(tmp_path / "a.pcap", tmp_path / "a.feed", options=options)

    assert done.feed.messages == messages == 300_000
    assert set(done.counts) == {"packets"}


@pytest.mark.parametrize(("speed", "memory", "holds"), [(2e8, 299, True), (1.9e8, 300, False)])
def test_captures_hold_where_both_ways_are_fast_enough(
    speed: float, memory: int, holds: bool
) -> None:
    slow, fast = Imported(speed, memory * 1_000_000, 1), Imported(9e8, 1, 1)
    rows = capture_figures(Captures(5, fast, slow, fast, fast, None))

    assert [row.holds for row in rows] == [holds, holds]
    assert "tshark is not installed" in rows[0].measured


def test_a_profiler_that_is_not_installed_is_unsupported_and_others_are_compared() -> None:
    tools = (
        ToolCost("latprobe", 40.0),
        ToolCost("heaptrack", 320.0),
        ToolCost("memray", 500.0),
        ToolCost("other", None, "other is not installed"),
    )
    rows = call_site_figures(CallSites("target", 1_000, 0.1, tools))

    assert [row.holds for row in rows] == [False, True, None]
    assert rows[0].measured == "+40.0 ns beside +320 ns: 8.0 × cheaper"
    assert rows[2].measured == "unsupported: other is not installed"


def test_stalls_at_a_steady_pace_are_not_held_against_the_quiet_behind_each() -> None:
    waiting, waking = Watched(9e9, 180_000, 5e8, 4e6), Watched(2e9, 10_000, 3e7, 9e3)
    pacing = replace(KEPT, waiting=waiting, waking=waking)

    assert pacing.awake == Watched(7e9, 170_000, 4.7e8, 4e6)
    assert replace(KEPT, waiting=waiting).awake == waiting
