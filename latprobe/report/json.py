"""A suite as JSON, for programs."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from latprobe.report.disagreement import Disagreement
from latprobe.report.failure import failures_of
from latprobe.run.model import RunDocument


def suite_json(
    runs: Sequence[RunDocument],
    paths: Sequence[Path],
    disagreements: Sequence[tuple[str, Disagreement]],
    exit_code: int,
) -> str:
    """What came of each scenario, and where its run document is; figures stand in that.

    Args:
        runs: The runs of a suite.
        paths: Where their documents were written to, in the same order.
        disagreements: What targets of a family understood differently, by the family's name.
        exit_code: What the command ends with.
    """
    suite = {
        "runs": [_run(run, path) for run, path in zip(runs, paths, strict=True)],
        "disagreements": [{"family": family, "words": it.words} for family, it in disagreements],
        "exit_code": int(exit_code),
    }
    return _dumped(suite)


def run_json(run: RunDocument) -> str:
    """A run document, as it is written."""
    return _dumped(msgspec.to_builtins(run))


def _dumped(content: Any) -> str:
    """In ASCII: names may hold characters that a terminal would obey, and JSON can escape them."""
    return json.dumps(content, indent=1, ensure_ascii=True)


def _run(run: RunDocument, path: Path) -> dict[str, Any]:
    return {
        "id": run.id,
        "scenario": run.scenario.name,
        "target": run.target.name,
        "family": run.target.family,
        "path": str(path),
        "verdicts": msgspec.to_builtins(run.verdicts),
        "failures": failures_of(run),
    }
