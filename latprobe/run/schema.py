"""Writes the JSON schema of run documents anew: `python -m latprobe.run.schema`."""

from latprobe.run.store import SCHEMA_PATH, schema_text

if __name__ == "__main__":
    SCHEMA_PATH.write_text(schema_text(), encoding="utf-8")
