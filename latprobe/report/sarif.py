"""Judgements as SARIF 2.1.0 (OASIS), for tools that gather findings.

A budget stands in a scenario file, which is where a code host shows it. A change of a figure stands
in no file: its place is the stage, by name.
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import quote

from latprobe.report.judged import Judgement, Suite
from latprobe.report.printable import printable
from latprobe.report.sarif_log import sarif_log

_RULES: Final = {
    "budget": "A budget is kept",
    "digest": "The target understands what it should",
    "failure": "The target comes to its end",
    "regression": "A figure that is timed is not worse than before",
    "exact-regression": "A figure that is counted is not worse than before",
}
_KINDS: Final = {"fail": ("fail", "error"), "error": ("fail", "error")}
_UNPROVEN: Final = ("review", "none")
"""Kind and level: somebody has to look at what could not be decided, and it has no severity."""


def sarif(suites: Sequence[Suite]) -> str:
    """A result for each judgement that gates and does not hold."""
    results = [
        _result(suite, it)
        for suite in suites
        for it in suite.judgements
        if it.gates and it.outcome != "pass"
    ]
    return sarif_log(_RULES, results, version("latprobe")) + "\n"


def _result(suite: Suite, it: Judgement) -> dict[str, Any]:
    location: dict[str, Any] = {
        "logicalLocations": [{"name": it.scope, "fullyQualifiedName": f"{suite.name}: {it.scope}"}]
    }
    if it.file is not None:
        location["physicalLocation"] = {"artifactLocation": {"uri": quote(it.file)}}
    kind, level = _KINDS.get(it.outcome, _UNPROVEN)
    return {
        "ruleId": it.rule,
        "kind": kind,
        "level": level,
        "message": {"text": printable(f"{suite.name}: {it.name}: {it.words}")},
        "locations": [location],
        "partialFingerprints": {"latprobe/v1": printable(f"{suite.name}/{it.name}")},
    }
