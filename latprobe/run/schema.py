"""Writes the JSON schemas of run documents and of comparisons: `python -m latprobe.run.schema`."""

from latprobe.run.comparison_store import COMPARISON_SCHEMA_PATH, comparison_schema_text
from latprobe.run.store import SCHEMA_PATH, schema_text

if __name__ == "__main__":
    SCHEMA_PATH.write_text(schema_text(), encoding="utf-8")
    COMPARISON_SCHEMA_PATH.write_text(comparison_schema_text(), encoding="utf-8")
