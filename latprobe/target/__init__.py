"""Target libraries, looked at from outside."""

from latprobe.target.inspect import BUILTIN, describe_target, describe_targets
from latprobe.target.locate import locate

__all__ = ["BUILTIN", "describe_target", "describe_targets", "locate"]
