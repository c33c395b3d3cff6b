"""Objects of Python modules by name, as scenarios write them: `package.module:object`."""

import importlib
import re
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final

_DOTTED: Final = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_REFERENCE: Final = re.compile(f"{_DOTTED}:{_DOTTED}")


class UnresolvedError(Exception):
    """What is named cannot be found or made: one line, what and what to do."""


def is_reference(text: str) -> bool:
    """Whether a text is written as `package.module:object`."""
    return _REFERENCE.fullmatch(text) is not None


def find_object(reference: str, path: Sequence[str]) -> tuple[ModuleType, Any]:
    """Imports a module, looked for in `path` before all other folders, and finds its object.

    Raises:
        UnresolvedError: what is not there, or does not import.
    """
    sys.path[:0] = [folder for folder in path if folder not in sys.path[: len(path)]]
    module_name, _, name = reference.partition(":")
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # whatever a module does when it is imported
        raise UnresolvedError(
            f"{reference}: cannot import {module_name}: {type(error).__name__}: {error}; modules "
            "are looked for in `target.path`, the scenario's folder, the current one, and where "
            f"{sys.executable} has its packages"
        ) from error
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise UnresolvedError(f"{reference}: {module_name} has no '{name}'")
        found = getattr(found, part)
    return module, found
