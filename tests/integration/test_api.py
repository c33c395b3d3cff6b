"""The Python API, as a script and as a notebook use it."""

import dataclasses
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from textwrap import dedent

import nbclient
import nbformat
import pytest

import latprobe
from tests.integration.conftest import Bench

STAGES = """
    import json

    def parse(payload):
        return json.loads(bytes(payload))

    def decide(frame):
        return "<b>big" if frame["q"] > 5 else "small"
"""
MESSAGES = [b'{"q": %d}' % (number % 10) for number in range(100)]
QUICK = 0.1
"""Seconds: as few messages and forks as can be."""


@pytest.fixture
def result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> latprobe.Result:
    (tmp_path / "stages_of_test.py").write_text(dedent(STAGES))
    monkeypatch.syspath_prepend(tmp_path)
    import stages_of_test  # type: ignore[import-not-found]  # noqa: PLC0415  # written above

    return latprobe.measure(
        [stages_of_test.parse, stages_of_test.decide],
        MESSAGES,
        seconds=QUICK,
        budgets=["p50 < 10s", "parse: allocations == 0", "parse..decide: p50 < 10s"],
    )


def test_callables_are_measured_stage_by_stage(result: latprobe.Result, tmp_path: Path) -> None:
    assert result.name == "parse-decide"
    assert result.stages == ("parse", "decide", "parse..decide", "total")
    assert sorted(result.kinds) == ["<b>big", "small"]
    assert [it.verdict for it in result.verdicts] == ["pass", "fail", "pass"]
    assert result.verdicts[0].budget == "total: p50 < 10s"
    assert not result.passed
    assert result.failures == ()

    parse, big = result.stage("parse"), result.stage("total", "<b>big")
    assert parse.latency is not None
    assert big.latency is not None
    assert parse.latency.p50 <= parse.latency.p99 <= parse.latency.p999 <= parse.latency.max
    assert parse.latency.quantile(0.5) == parse.latency.p50
    assert parse.allocations
    assert result.total.latency is not None
    assert 0 < big.messages < result.total.messages
    with pytest.raises(latprobe.LatprobeError, match=r"no stage 'parze': it has parse, decide"):
        result.stage("parze")
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.document = result.document  # type: ignore[misc]

    table = result.to_arrow()
    (row,) = (it for it in table.to_pylist() if (it["stage"], it["kind"]) == ("parse", None))
    assert row["p999_ns"] == parse.latency.p999
    assert row["allocations"] == parse.allocations
    (figure,) = (it for it in result.document.figures if (it.stage, it.kind) == ("parse", None))
    assert figure.levels is not None
    assert row["levels.p50_ns"] == figure.levels["p50_ns"]
    assert table.num_rows == len(result.to_pandas()) == len(result.document.figures)

    path = result.save(tmp_path / "runs")
    assert latprobe.Result.load("parse-decide", path.parent) == result
    assert "total: p50 < 10s" in repr(result)


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in ("br", "img"):
            self.open.append(tag)
        if tag == "img":
            assert (dict(attrs)["src"] or "").startswith("data:image/svg+xml;base64,")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_function_of_a_notebooks_cell_is_measured_and_shown_with_a_plot(tmp_path: Path) -> None:
    cells = [
        "import json\nimport latprobe\nscale = 3",
        "def parse(payload):\n    return '<b>kind' if json.loads(bytes(payload)) * scale else 'no'",
        "messages = [b'%d' % it for it in range(50)]",
        f"result = latprobe.measure(parse, messages, seconds={QUICK}, budgets=['p50 < 10s'])\n"
        "print(result.passed, result.kinds)",
        "result",
    ]
    notebook = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]
        cells=[*map(nbformat.v4.new_code_cell, cells)]
    )
    where = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=120, resources=where).execute()

    (printed,) = notebook.cells[3].outputs
    (shown,) = notebook.cells[4].outputs
    assert "True ('no', '<b>kind')" in printed.text
    assert "total: p50 &lt; 10s" in shown.data["text/html"]
    assert "total: p50 < 10s" in shown.data["text/plain"]
    tags = Tags(shown.data["text/html"])
    assert tags.open == []
    assert {"table", "img"} <= tags.seen


def test_a_scenario_is_run_as_the_command_runs_it(bench: Bench) -> None:
    path = bench.scenario(bench.feed([b"12345678"] * 200), "total: allocations == 0")

    result = latprobe.run(path, messages=500)

    assert result.passed
    assert result.name == "case"
    assert result.document.messages == 500
    with pytest.raises(latprobe.LatprobeError, match="cannot be read"):
        latprobe.run(bench.folder / "no.toml")


def test_importing_latprobe_imports_nothing_of_it() -> None:
    heavy = "import sys, latprobe; print([it for it in sys.modules if it.startswith('latprobe.')])"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
    assert {"measure", "run"} <= set(dir(latprobe))
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        latprobe.nothing  # noqa: B018
