"""`latprobe show` and `latprobe plot`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from latprobe.cli.plot import plot
from latprobe.cli.show import show
from latprobe.errors import RunError
from latprobe.run.store import write_run
from tests.report_cases import AFTER, BEFORE, JUDGED


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


@pytest.fixture
def document(tmp_path: Path) -> str:
    return str(write_run(JUDGED.document(), tmp_path))


def test_show_prints_the_table_with_machine_and_run(runner: CliRunner, document: str) -> None:
    shown = runner.invoke(show, [document])

    assert shown.exit_code == 0
    assert shown.output.startswith("engine-after  parse to decide")
    assert "machine  Ryzen 9" in shown.output


def test_show_splits_rows_by_kind(runner: CliRunner, document: str) -> None:
    assert "\n  add_order " in runner.invoke(show, [document, "--by-kind"]).output
    assert "\n  add_order " not in runner.invoke(show, [document]).output


def test_show_prints_the_document_as_json(runner: CliRunner, document: str) -> None:
    shown = runner.invoke(show, [document, "--json"])

    assert json.loads(shown.output) == json.loads(Path(document).read_text(encoding="utf-8"))


def test_plot_draws_runs_beside_each_other(runner: CliRunner, tmp_path: Path) -> None:
    documents = [str(write_run(run.document(), tmp_path)) for run in (BEFORE, AFTER)]
    picture = tmp_path / "latency.svg"

    drawn = runner.invoke(
        plot, [*documents, "-o", str(picture), "--stage", "parse", "--kind", "add_order"]
    )

    assert (drawn.exit_code, drawn.output) == (0, f"{picture}\n")
    text = picture.read_text(encoding="utf-8")
    assert "<!-- engine-before  parse[add_order], 20,000 messages -->" in text
    assert "<!-- engine-after  parse[add_order], 20,000 messages -->" in text


def test_plot_of_a_stage_that_is_not_there_writes_nothing(
    runner: CliRunner, tmp_path: Path, document: str
) -> None:
    picture = tmp_path / "latency.svg"

    drawn = runner.invoke(plot, [document, "-o", str(picture), "--stage", "pars"])

    assert isinstance(drawn.exception, RunError)
    assert "there are parse, book" in str(drawn.exception)
    assert not picture.exists()
