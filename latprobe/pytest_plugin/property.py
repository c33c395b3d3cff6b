"""Where a test's report carries what a measure found."""

from typing import Final

PROPERTY: Final = "latprobe"
"""The user property."""
