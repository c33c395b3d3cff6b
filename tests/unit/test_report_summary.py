"""The last lines of a suite, for people and for programs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from rich.console import Console

from latprobe.report.json import run_json, suite_json
from latprobe.report.summary import print_summary
from latprobe.run.store import read_run
from tests.report_cases import AFTER, BEFORE, DEAD, JUDGED, VERDICTS
from tests.report_snapshots import assert_matches, plain
from tests.runs import MadeRun


@dataclass(frozen=True)
class Disagreed:
    words: str


DISAGREED = [("engine", Disagreed("trade: 3 messages for `a`, 4 messages for `b`"))]


def summary(
    runs: Sequence[MadeRun], exit_code: int, found: Sequence[tuple[str, Disagreed]] = ()
) -> str:
    def report(console: Console) -> None:
        print_summary([run.document() for run in runs], found, exit_code, console)

    return plain(report)


def test_a_suite_ends_with_what_did_not_hold_and_what_failed() -> None:
    assert_matches("summary.txt", summary([BEFORE, JUDGED, DEAD], 4, DISAGREED))


def test_a_suite_in_which_all_holds_ends_in_two_lines() -> None:
    held = replace(AFTER, verdicts=tuple(it for it in VERDICTS if it.verdict == "pass"))

    assert summary([held], 0).splitlines() == [
        "1 scenario, 3 budgets: 3 pass, 0 fail, 0 unproven",
        "exit code 0: every budget holds",
    ]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (1, "a budget is broken"),
        (2, "is not what it should be"),
        (3, "cannot be told"),
        (4, "crashed, hung, or ran out of memory"),
    ],
)
def test_each_exit_code_is_said_in_words(code: int, words: str) -> None:
    last = summary([AFTER], code).splitlines()[-1]

    assert last.startswith(f"exit code {code}: ")
    assert words in last


def test_the_json_of_a_suite_names_documents_verdicts_and_the_exit_code() -> None:
    runs = [JUDGED.document(), DEAD.document()]

    suite = json.loads(suite_json(runs, [Path("a.json"), Path("b.json")], DISAGREED, 4))

    assert suite["exit_code"] == 4
    assert suite["disagreements"] == [{"family": "engine", "words": DISAGREED[0][1].words}]
    assert [run["path"] for run in suite["runs"]] == ["a.json", "b.json"]
    assert suite["runs"][0]["verdicts"][0]["verdict"] == "unproven"
    assert suite["runs"][1]["failures"] == ["latency fork 0 hung before the first message"]


def test_the_json_of_a_run_is_its_document(tmp_path: Path) -> None:
    run = JUDGED.document()
    path = tmp_path / "run.json"

    path.write_text(run_json(run), encoding="utf-8")

    assert read_run(path) == run
