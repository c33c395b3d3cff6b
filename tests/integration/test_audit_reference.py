"""The audit of the reference engines: each planted violation before, none after."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.compiler import ROOT

ENGINES = ROOT / "targets" / "engines" / "src"
PLANTED = {
    "itch50": {
        ("before/account.rs", "crossed"): 2,
        ("before/book.rs", "set"): 1,
        ("before/books.rs", "market"): 1,
        ("before/engine.rs", "account"): 1,
        ("before/engine.rs", "decide"): 2,
        ("before/router.rs", "choose"): 2,
        ("before/spread_window.rs", "mean"): 2,
        ("before/spread_window.rs", "push"): 1,
        ("itch50/before_market.rs", "insert"): 2,
        ("itch50/before_market.rs", "symbol"): 2,
        ("itch50/before_market.rs", "take"): 1,
    },
}
"""What the source says of itself (`allocates:`), function by function, and how many lines of it."""

PARSED = {("cut", "parse"), ("get", "parse"), ("to_text", "parse")}
"""The parser beneath, which allocates several times a field."""


def audited(folder: Path, protocol: str, variant: str) -> tuple[int, Any]:
    scenario = folder / "case.toml"
    library = ROOT / "target" / "release" / "liblatprobe_reference.so"
    scenario.write_text(
        f"""
        name = "case"
        feed = {{ synth = "{protocol}", messages = 40000 }}
        budgets = ["total: allocations == 0"]
        target = {{ library = "{library}", name = "engine-{protocol}-{variant}" }}
        drive = {{ warmup = {0 if variant == "before" else 1000}, messages = 30000 }}
        """
    )
    command = [str(Path(sys.executable).with_name("latprobe")), "audit", str(scenario), "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def planted_lines(file: str) -> Iterator[int]:
    """The lines of code that the comments are about."""
    lines = (ENGINES / file).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if re.match(r"\s*// allocates:", line):
            yield number + 1


def test_the_before_engine_has_exactly_its_planted_violations(tmp_path: Path) -> None:
    code, found = audited(tmp_path, "itch50", "before")

    assert code == 1
    asking = [
        site
        for site in found["sites"]
        if site["counts"]["allocations"] + site["counts"]["reallocations"]
    ]
    assert all(site["critical"] for site in asking if site["counts"]["allocations"])
    engine = {
        (file.removeprefix(f"{ENGINES}/"), site["function"], site["line"])
        for site in asking
        if (file := site["file"]).startswith(str(ENGINES))
    }
    named: dict[tuple[str, str], int] = {}
    for file, function, _ in engine:
        name = function.partition("::{")[0]
        named[file, name] = named.get((file, name), 0) + 1
    assert named == PLANTED["itch50"]
    files = sorted({file for file, _ in PLANTED["itch50"]})
    assert {(file, line) for file, _, line in engine} == {
        (file, line) for file in files for line in planted_lines(file)
    }
    others = [site for site in asking if not site["file"].startswith(str(ENGINES))]
    assert {(it["function"].partition("::{")[0], it["stage"]) for it in others} == PARSED
    assert {Path(it["file"]).parent.parent.parent.name for it in others} == {"itch50"}


@pytest.mark.parametrize("protocol", ["itch50", "json"])
def test_the_after_engine_has_none(tmp_path: Path, protocol: str) -> None:
    code, found = audited(tmp_path, protocol, "after")

    assert code == 0
    assert found["sites"] == []
    assert found["system_calls_unsupported"] or found["messages"] == 30_000
