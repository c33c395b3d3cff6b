"""`latprobe soak`: a target under load for hours, and what only time shows."""

from latprobe.cli.soak.command import soak

__all__ = ["soak"]
