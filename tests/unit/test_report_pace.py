"""Response times and other conditions in tables, pictures and warnings."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.console import Console

from latprobe.errors import RunError
from latprobe.report.curve import curve_of
from latprobe.report.family import print_families
from latprobe.report.plot import write_plot
from latprobe.report.table import print_run
from latprobe.run.model import RunDocument
from latprobe.run.pacing import Watched
from latprobe.scenario import Drive
from tests.paced_runs import KEPT, conditioned, paced
from tests.report_snapshots import assert_matches, on_terminal, plain
from tests.runs import MadeRun

SERVICE = {40: 9_000, 50: 990, 900: 10}
RESPONSE = {40: 8_000, 60: 1_000, 20_000: 900, 3_000_000: 100}
RATE = Drive("rate", rate="100k/s")
BEHIND = replace(
    KEPT,
    late=1_200,
    late_by_platform=190,
    late_by_driver=10,
    worst_by_platform_ns=1.5e6,
    worst_by_target_ns=2.0e6,
    first_by_target_due_ns=43.5e6,
    worst_by_driver_ns=2e4,
    worst_ns=3.0e6,
    worst_message=4_400,
    first_message=4_311,
    first_due_ns=43.1e6,
    last_ns=250.0,
    pauses=9,
    paused_ns=2e4,
    waiting=Watched(0.98e9, 800, 9e6, 1.6e6),
    bookkeeping=Watched(3e6, 4, 6e4, 2e4),
)
"""A target that fell behind and caught up, with a machine that stopped the driver as well."""


def parser() -> RunDocument:
    times = {"trade": {"parse": SERVICE, "total": SERVICE}}
    return MadeRun(times=times, costs_ns=(41.0, 42.0), harness_cost_ns=None).document()


def printed(run: RunDocument, *, by_kind: bool = False) -> str:
    return plain(lambda console: print_run(run, console, by_kind=by_kind))


def test_response_time_stands_under_the_time_of_the_whole_message() -> None:
    assert_matches("run_paced.txt", printed(paced(parser(), RATE, RESPONSE, (KEPT, BEHIND))))


def test_other_conditions_stand_under_each_stage_and_kind() -> None:
    run = conditioned(
        parser(),
        Drive(cache="cold", idle="50us"),
        {
            "cold": {"evict_bytes": 64 * 2**20, "every": 100},
            "idle": {"gap_ns": 50_000.0, "every": 1},
        },
    )

    def report(console: Console) -> None:
        print_run(run, console, by_kind=True)

    assert_matches("run_conditions.txt", on_terminal(report, 120))


def test_response_times_of_a_family_stand_beside_each_other() -> None:
    runs = [paced(parser(), RATE, RESPONSE), paced(parser(), RATE, {40: 10_000})]

    lines = plain(lambda console: print_families(runs, [], console)).splitlines()

    assert "response p99  response p99.9" in lines[1]
    assert "20.0 µs         3.00 ms" in lines[2]
    assert "40 ns           40 ns" in lines[3]


@pytest.mark.parametrize(
    ("drive", "words"),
    [
        (RATE, "at a fixed rate of 100 k/s"),
        (Drive("recorded"), "as recorded, at 1 times the speed"),
        (Drive("recorded", speed=0.5), "as recorded, at 0.5 times the speed"),
        (Drive("poisson", rate=2500), "by chance (Poisson, seed 1), 2.50 k/s on average"),
        (
            Drive("burst", rate="1M/s", on="1ms", off="9ms"),
            "bursts of 1ms at 1.00 M/s, then nothing for 9ms",
        ),
    ],
)
def test_the_plan_is_said_in_words(drive: Drive, words: str) -> None:
    assert f"pace     {words}; cost" in printed(paced(parser(), drive, RESPONSE)).replace(
        "pace    ", "pace     ", 1
    ).replace("pace      ", "pace     ")


def test_closed_driving_says_nothing_of_a_plan() -> None:
    assert "pace" not in printed(parser())
    assert "plan" not in printed(parser())


def test_a_plan_that_was_kept_is_said_to_be() -> None:
    text = printed(paced(parser(), RATE, RESPONSE))

    assert "plan kept: none of 20,000 messages was over 1 µs late" in text
    assert not paced(parser(), RATE, RESPONSE).warnings


def test_a_plan_that_was_not_kept_is_warned_of_with_how_much_and_from_when() -> None:
    run = paced(parser(), RATE, RESPONSE, (KEPT, BEHIND))

    target, platform = run.warnings
    assert target.problem == (
        "the target could not keep the plan: 1,000 of 20,000 messages waited over 1 µs for those "
        "before them, at worst 2.00 ms, from 43.5 ms into the plan on"
    )
    # The rate of 800 in 1.967 s makes 2.4 in 5.94 ms: four are no wonder.
    assert platform.problem == (
        "the platform stopped the driver 800 times while it waited, at worst for 1.60 ms, and 4 "
        "times between two messages, as its rate explains: 200 of 20,000 messages would not have "
        "been late by the target alone"
    )


def test_a_driver_that_is_slow_more_often_than_the_platform_stalls_is_warned_of() -> None:
    slow = replace(BEHIND, bookkeeping=Watched(3e6, 40, 6e4, 2e4))

    _, platform, driver = paced(parser(), RATE, RESPONSE, (KEPT, slow)).warnings

    assert platform.problem.endswith(
        "190 of 20,000 messages would not have been late by the target alone"
    )
    assert driver.problem == (
        "the driver took over 1 µs between two messages 40 times, where the platform's stalls "
        "explain 2.42: 10 of 20,000 messages were late by it"
    )


def test_documents_of_before_the_causes_were_told_apart_say_no_more_than_they_know() -> None:
    untold = {"waiting": None, "bookkeeping": None, "service": None, "page_faults": None}
    old = replace(BEHIND, late_by_platform=0, late_by_driver=200, **untold)

    text = printed(paced(parser(), RATE, RESPONSE, (KEPT, old)))

    assert "the first 43.1 ms into the plan; 200 of them by the driver or the machine" in text


def test_a_few_messages_that_come_at_once_are_not_warned_of_unless_they_stay_behind() -> None:
    few = replace(BEHIND, late=20, late_by_driver=0, late_by_platform=0)

    assert not paced(parser(), RATE, RESPONSE, (KEPT, few)).warnings
    (behind,) = paced(
        parser(), RATE, RESPONSE, (KEPT, replace(few, last_by_target_ns=2e6))
    ).warnings
    assert behind.problem.endswith("and it was 2.00 ms behind at the end")


def test_a_picture_of_response_times_has_a_line_for_them_beside_each(tmp_path: Path) -> None:
    run = paced(parser(), RATE, RESPONSE)
    one, two = tmp_path / "one.svg", tmp_path / "two.svg"

    write_plot([run], one, response=False)
    write_plot([run], two)

    assert curve_of(run, "total", None, "it", "response").max_ns >= 3_000_000
    assert curve_of(run, "total", None, "it").max_ns == 900
    assert "response" not in one.read_text(encoding="utf-8")
    text = two.read_text(encoding="utf-8")
    assert "itch50-after  total  service, 20,000 messages" in text
    assert "itch50-after  total  response, 20,000 messages" in text


@pytest.mark.parametrize("stage", ["total", "parse"])
def test_a_row_without_response_times_is_refused(tmp_path: Path, stage: str) -> None:
    run = parser() if stage == "total" else paced(parser(), RATE, RESPONSE)

    with pytest.raises(RunError, match=f"{stage} has no response time"):
        write_plot([run], tmp_path / "it.svg", stages=(stage,), response=True)
