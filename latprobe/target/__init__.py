"""Targets, looked at from outside."""

from latprobe.target.describe_callables import describe_callables
from latprobe.target.describe_service import describe_service
from latprobe.target.inspect import BUILTIN, describe_target, describe_targets
from latprobe.target.locate import locate

__all__ = [
    "BUILTIN",
    "describe_callables",
    "describe_service",
    "describe_target",
    "describe_targets",
    "locate",
]
