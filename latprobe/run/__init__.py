"""The run: what was measured, as one immutable JSON document."""
