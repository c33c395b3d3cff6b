"""What every file of SARIF 2.1.0 (OASIS) has around its results."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_log(
    rules: Mapping[str, str], results: Sequence[Mapping[str, Any]], latprobe_version: str
) -> str:
    """A log of one run of latprobe.

    Args:
        rules: What results are of, by id, each with a few words.
        results: The results.
        latprobe_version: By which latprobe.
    """
    described = [{"id": name, "shortDescription": {"text": words}} for name, words in rules.items()]
    driver = {"name": "latprobe", "version": latprobe_version, "rules": described}
    document = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(document, indent=1, ensure_ascii=True)
