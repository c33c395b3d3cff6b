"""`latprobe dashboard build`, as it is called."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from latprobe.cli.dashboard import dashboard
from latprobe.errors import HistoryError
from tests.history import made, write_all
from tests.made_soaks import MadeSoak, started_now


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LATPROBE_HISTORY", raising=False)


def built(*options: str) -> Result:
    result = CliRunner().invoke(dashboard, ["build", "site", *options])
    if isinstance(result.exception, HistoryError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def shown() -> Any:
    """What the site holds."""
    text = Path("site/data.js").read_text()
    return json.loads(text.removeprefix("const SITE = ").rstrip().removesuffix(";"))


def scenarios_shown() -> list[str]:
    return [it["scenario"] for it in shown()["groups"]]


def soak(name: str) -> None:
    MadeSoak(name, started_now(), ({"total": {100: 10}},)).write(Path("results/soaks"), name)


def test_the_first_soak_is_shown_without_a_history() -> None:
    soak("night")

    assert built().output == "site/index.html\n"

    assert [it["scenario"] for it in shown()["soaks"]] == ["night"]
    assert scenarios_shown() == []


def test_runs_are_shown_as_they_come_without_a_sync() -> None:
    write_all(Path("results/runs"), made(0, scenario="first"))
    built()
    assert scenarios_shown() == ["first"]

    write_all(Path("results/runs"), made(1, scenario="second"))
    built()
    assert scenarios_shown() == ["first", "second"]


def test_the_index_stays_as_it_is_where_that_is_asked_for() -> None:
    write_all(Path("results/runs"), made(0, scenario="first"))
    built()
    write_all(Path("results/runs"), made(1, scenario="second"))
    index = Path("results/history.sqlite").read_bytes()

    built("--no-sync")

    assert scenarios_shown() == ["first"]
    assert Path("results/history.sqlite").read_bytes() == index


def test_an_index_is_shown_without_the_folder_that_it_is_of() -> None:
    write_all(Path("results/runs"), made(0))
    built("--database", "history.sqlite")

    built("--database", "history.sqlite", "--results", "elsewhere")

    assert scenarios_shown() == ["itch50"]


def test_what_cannot_be_read_is_named_and_the_rest_is_shown() -> None:
    write_all(Path("results/runs"), made(0))
    Path("results/runs/cut\x1b.json").write_text("{")

    result = built("--json")

    assert json.loads(result.stdout) == {"page": "site/index.html"}
    assert "cut\\x1b.json: is not JSON" in result.stderr
    assert scenarios_shown() == ["itch50"]


@pytest.mark.parametrize("options", [(), ("--no-sync",)])
def test_nothing_is_made_where_there_is_nothing_to_show(options: tuple[str, ...]) -> None:
    with pytest.raises(HistoryError, match="there is no history yet"):
        built(*options)

    assert list(Path().iterdir()) == []
