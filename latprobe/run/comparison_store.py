"""Comparisons as files, and their JSON schema."""

import json
from pathlib import Path

import msgspec

from latprobe.run.change import Comparison

COMPARISON_SCHEMA_PATH = Path(__file__).with_name("comparison.schema.json")


def comparison_json(comparison: Comparison) -> str:
    """A comparison as JSON, in ASCII: names may hold characters that a terminal would obey."""
    return json.dumps(msgspec.to_builtins(comparison), indent=1, ensure_ascii=True)


def comparison_schema_text() -> str:
    """The schema as it is checked in."""
    generated = msgspec.json.schema(Comparison)
    generated["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    generated["title"] = "latprobe comparison"
    return json.dumps(generated, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
