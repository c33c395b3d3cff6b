"""Target libraries, looked at from outside."""

from latprobe.target.inspect import describe_target, describe_targets

__all__ = ["describe_target", "describe_targets"]
