"""`latprobe compare`, `explain`, `baseline` and `export`."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from click import Command
from click.testing import CliRunner, Result

from latprobe.cli.baseline import baseline
from latprobe.cli.compare import compare
from latprobe.cli.explain import explain
from latprobe.cli.export import export
from latprobe.comparator import observed
from latprobe.errors import RunError
from latprobe.run.calibration import Calibration, Floor, keep_calibration
from latprobe.run.change import Comparison
from latprobe.run.store import write_run
from tests.compared import BASE, SLOWER, document

PAIR = ("engine-20261119", "engine-20261120")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    folder = tmp_path / "runs"
    write_run(document(BASE, "20261119"), folder)
    write_run(document(SLOWER, "20261120"), folder)
    return folder


def call(command: Command, *words: str | Path) -> Result:
    return CliRunner().invoke(command, [str(it) for it in words], env={"COLUMNS": "300"})


def test_compare_ends_with_1_where_a_figure_is_worse(runs: Path) -> None:
    done = call(compare, "engine-20261119", "engine-20261120", "--results", runs)

    assert done.exit_code == 1
    assert "slower by 3.2 % [2.8, 3.6]" in done.output
    assert done.output.endswith("exit code 1: a figure is worse\n")


def test_compare_ends_with_0_where_nothing_is(runs: Path) -> None:
    done = call(compare, "engine-20261120", "engine-20261119", "--results", runs)

    assert done.exit_code == 0, done.output
    assert "exit code 0: nothing is worse" in done.output


def test_a_run_is_named_by_path_or_by_the_beginning_of_its_id(runs: Path) -> None:
    by_path = call(compare, runs / "engine-20261119.json", runs / "engine-20261120.json")

    assert by_path.exit_code == 1
    nothing = call(compare, "engine", "motor", "--results", runs)
    assert isinstance(nothing.exception, RunError)
    assert "motor: is no run document" in str(nothing.exception)


def test_every_format_is_printed_and_written(runs: Path, tmp_path: Path) -> None:
    words = [*PAIR, "--results", str(runs)]
    names = ("markdown", "junit", "github", "sarif", "json")
    files = [tmp_path / name for name in names]
    wanted = [f"--report={name}={path}" for name, path in zip(names, files, strict=True)]

    call(compare, *words, *wanted)

    for name, path in zip(names, files, strict=True):
        assert call(compare, *words, "--format", name).output == path.read_text(encoding="utf-8")
    comparison = msgspec.json.decode(files[-1].read_bytes(), type=Comparison)
    assert comparison.schema_version == 1
    assert call(compare, *words, "--json").output == files[-1].read_text(encoding="utf-8")


def test_a_report_that_is_no_format_is_refused(runs: Path) -> None:
    done = call(compare, "engine", "engine", "--results", runs, "--report", "html=x")

    assert done.exit_code == 2
    assert "formats: markdown, junit" in done.output


def test_a_tolerance_that_is_no_share_is_refused(runs: Path) -> None:
    done = call(compare, "engine", "engine", "--results", runs, "--tolerance", "much")

    assert done.exit_code == 2
    assert "is not a share" in done.output


def test_what_this_machine_was_found_to_see_counts_in_compare(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [*PAIR, "--results", str(runs), "--tolerance", "5%", "--all"]
    monkeypatch.setenv("LATPROBE_STATE", str(tmp_path / "state"))
    before = call(compare, *words).output
    who = observed(document(BASE, "20261119"), "base").side
    floors = (Floor("total", None, "cost", 0.06),)
    about = (who.machine, who.scenario, who.target, who.family, who.feed_sha256, "2026-01-01")
    keep_calibration(Calibration(*about, 40, 30.0, 30.0, 40, 0.95, floors))

    after = call(compare, *words).output

    assert "no change within 5 % (slower by 3.2 %" in before
    assert "found that it sees changes from 6 % on" not in before
    assert "found that it sees changes from 6 % on" in after


def test_compare_explains_if_asked_and_so_does_explain(runs: Path) -> None:
    words = [*PAIR, "--results", str(runs)]

    compared = call(compare, *words, "--explain")
    explained = call(explain, *words)

    assert explained.exit_code == 0
    sentences = [it for it in explained.output.splitlines() if it.startswith("- ")]
    assert sentences[0].startswith("- book makes up 100 %")
    assert all(it in compared.output for it in sentences)
    found = json.loads(call(explain, *words, "--json").output)["findings"]
    assert [f"- {it['words']}" for it in found] == sentences


def test_a_baseline_is_set_shown_and_compared_against(runs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "baselines"
    asked = ["engine-20261119", "--results", str(runs), "--baselines", str(folder)]

    path = call(baseline, "set", *asked).output.strip()

    shown = call(baseline, "show", "--baselines", folder)
    assert f"file  {path}" in shown.output
    assert "total: cost" in call(baseline, "show", "engine", "--baselines", folder).output
    rows = json.loads(call(baseline, "show", "--baselines", folder, "--json").output)
    assert [it["path"] for it in rows] == [path]
    against = call(compare, path, "engine-20261120", "--results", runs)
    assert against.exit_code == 1
    assert "slower by 3.2 %" in against.output


def test_where_there_is_no_baseline_it_is_said_how_to_set_one(tmp_path: Path) -> None:
    shown = call(baseline, "show", "--baselines", tmp_path)

    assert shown.output == (
        f"no baseline in {tmp_path}: `latprobe baseline set RUN` makes one of a run\n"
    )


def test_a_baseline_cannot_be_explained(runs: Path, tmp_path: Path) -> None:
    asked = ["engine-20261119", "--results", str(runs), "--baselines", str(tmp_path)]
    path = call(baseline, "set", *asked).output.strip()

    done = call(explain, path, "engine-20261120", "--results", runs)

    assert isinstance(done.exception, RunError)
    assert "keeps no histograms" in str(done.exception)


def test_pyperf_compares_exports_and_draws_them(runs: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.json" for name in ("base", "new")]
    for run, path in zip(("engine-20261119", "engine-20261120"), files, strict=True):
        words = [run, "--results", str(runs), "--format", "pyperf", "-o", str(path)]
        assert call(export, *words).exit_code == 0

    compared = _pyperf("compare_to", *files)
    drawn = _pyperf("hist", files[0], "-b", "engine: cost")

    assert "engine: cost: Mean +- std dev: [base] 580 ns +- 1 ns -> [new] 599 ns" in compared
    assert "1.03x slower" in compared
    assert "580 ns" in drawn


def test_what_timed_nothing_has_no_export(tmp_path: Path) -> None:
    empty = replace(BASE, times={}, costs_ns=(), allocations={})
    write_run(document(empty, "20261119"), tmp_path)

    done = call(export, "engine", "--results", tmp_path, "--format", "pyperf")

    assert isinstance(done.exception, RunError)
    assert "no fork timed anything" in str(done.exception)


def _pyperf(*words: str | Path) -> str:
    command = [sys.executable, "-m", "pyperf", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_damaged_histogram_is_an_error_in_words(runs: Path) -> None:
    path = runs / "engine-20261119.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    latency = next(it for it in content["forks"] if it["collector"] == "latency")
    latency["result"]["kinds"][0]["total"]["histogram"] = "AAAA"
    path.write_text(json.dumps(content), encoding="utf-8")

    done = call(compare, path, runs / "engine-20261120.json")

    assert isinstance(done.exception, RunError)
    assert "a histogram is damaged" in str(done.exception)


def test_a_baseline_that_was_tampered_with_proves_nothing(runs: Path, tmp_path: Path) -> None:
    asked = ["engine-20261119", "--results", str(runs), "--baselines", str(tmp_path)]
    path = Path(call(baseline, "set", *asked).output.strip())
    content = json.loads(path.read_text(encoding="utf-8"))
    for it in content["observed"]["observations"]:
        it["forks"] = [-1.0, 0.0]
    path.write_text(json.dumps(content), encoding="utf-8")

    done = call(compare, path, "engine-20261120", "--results", runs, "--all")

    assert done.exit_code == 1  # by what was counted
    assert "one side has no value over 0 in each of two forks" in done.output
