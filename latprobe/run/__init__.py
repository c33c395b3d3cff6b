"""The run: what was measured, as one immutable JSON document.

The package is also what makes one from Python: `latprobe.run("scenarios/x.toml")`, see
`latprobe.api.run`. A package and a function cannot have one name, so that the package is called.
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from latprobe.api.result import Result


class _RunPackage(ModuleType):
    """Hands a call on to the Python API."""

    def __call__(self, *arguments: Any, **options: Any) -> "Result":
        """Runs a scenario, see `latprobe.api.run.run`."""
        from latprobe.api.run import run  # noqa: PLC0415  # a user's front end, over all stages

        return run(*arguments, **options)


sys.modules[__name__].__class__ = _RunPackage
