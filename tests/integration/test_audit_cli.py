"""The command around an audit: files, formats, and what it is held against."""

import json
from pathlib import Path

import pytest

from tests.integration.compiler import CALL_SITES, compile_target
from tests.integration.conftest import Bench
from tests.integration.test_audit import LINES


@pytest.fixture
def scenario(bench: Bench) -> Path:
    library = compile_target(CALL_SITES, bench.folder / "libasking.so", extra=LINES)
    return bench.scenario(
        bench.feed([b"d", b"k"]), "total: allocations == 0", target="asking", library=library
    )


def test_an_audit_is_a_run_document_that_show_shows(bench: Bench, scenario: Path) -> None:
    audited = bench.latprobe("audit", scenario)
    (path,) = (bench.folder / "results" / "runs").glob("case-audit-*.json")
    shown = bench.latprobe("show", path)

    assert audited.code == 1
    assert shown.code == 0
    for text in (audited.out, shown.out):
        assert "call_sites.c:" in text
        assert "✘ fail  total: allocations == 0" in text
    assert "exit code 1: a budget is broken" in audited.out
    plain = json.loads(path.read_text())
    assert [fork["collector"] for fork in plain["forks"]] == ["allocations", "callsites"]
    assert plain["forks"][1]["result"]["modules"][0]["build_id"]


def test_a_change_is_told_against_an_earlier_audit(bench: Bench, scenario: Path) -> None:
    bench.latprobe("audit", scenario)
    (before,) = (bench.folder / "results" / "runs").glob("case-audit-*.json")
    bench.feed([b"g", b"k"])
    found = bench.latprobe("audit", scenario, "--against", before, "--json")

    changed = {(it["function"], it["change"]) for it in found.json["changes"]}
    assert {("grow", "new"), ("replace", "same"), ("of_variable_size", "gone")} <= changed
    words = bench.latprobe("audit", scenario, "--against", before).out
    assert "against the other run: 1 new" in words


def test_a_run_that_is_no_audit_is_nothing_to_hold_it_against(bench: Bench, scenario: Path) -> None:
    bench.run(scenario)
    (run,) = (bench.folder / "results" / "runs").glob("case-2*.json")
    refused = bench.latprobe("audit", scenario, "--against", run)

    assert refused.code == 2
    assert "is no audit: `latprobe audit` writes one" in refused.err


def test_every_format_can_go_into_a_file(bench: Bench, scenario: Path) -> None:
    starts = {
        "markdown": "# Audit of case",
        "sarif": "{",
        "folded": "first;on_message;",
        "speedscope": "{",
    }
    for name, start in starts.items():
        out = bench.folder / f"audit.{name}"
        found = bench.latprobe("audit", scenario, "--format", name, "-o", out)
        assert (found.code, found.out.strip()) == (1, str(out)), found.err
        assert out.read_text().startswith(start)
    picture = bench.folder / "audit.svg"
    bench.latprobe("audit", scenario, "--of", "bytes", "--flame-graph", picture)
    assert "of_variable_size" in picture.read_text()


def test_a_target_that_crashes_ends_its_audit_with_4(bench: Bench) -> None:
    found = bench.latprobe("audit", bench.scenario(bench.feed([b".", b"s"])))

    assert found.code == 4
    assert "SIGSEGV" in found.out
