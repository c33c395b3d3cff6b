"""From a callable in this process to what a fresh process finds by its name.

Forks are fresh processes: they do not have what this one has, and nothing is sent to them but
names. A callable that a module has is imported there as here. One that was made at a prompt, in a
notebook's cell, in the script that runs, or in another function is first written out as a module
of its own, see `written_out`.
"""

import site
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latprobe.api.written_out import written_out
from latprobe.errors import TargetError
from latprobe.reference import is_reference

Target = Callable[..., Any] | str
"""A function, a class, any object of a module that can be called, or `module:object`."""


@dataclass(frozen=True)
class Named:
    """Callables as a scenario names them.

    Attributes:
        calls: `module:object` of each.
        names: What each is called by people.
        path: Folders that their modules are found in.
        is_list: Whether each is a stage.
        origin: The file that the first of those was written in that were written out; None where
            all are imported.
    """

    calls: tuple[str, ...]
    names: tuple[str, ...]
    path: tuple[str, ...]
    is_list: bool
    origin: Path | None = None


def named(target: Target | Sequence[Target], not_imported: str = "") -> Named:
    """Names a callable, or each of a list, so that a fresh process finds them.

    Args:
        target: The callable, or a list of them.
        not_imported: A module whose functions are written out all the same, since importing it
            takes long, as that of a test does which imports pytest.

    Raises:
        TargetError: for what no fresh process can have, with what to do.
    """
    is_list = isinstance(target, list | tuple)
    targets: list[Any] = [*target] if isinstance(target, list | tuple) else [target]
    if not targets:
        raise TargetError("there is nothing to measure: hand over a callable, or a list of them")
    calls, names, path = [], [], []
    origins: list[Path] = []
    for it in targets:
        reference = it.removeprefix("python:") if isinstance(it, str) else _place(it)
        if reference is not None and reference.startswith(f"{not_imported}:"):
            reference = None
        if reference is None:
            module = written_out(it)
            path.append(str(module.folder))
            origins.append(module.origin)
            reference = f"{module.name}:{module.object}"
        elif not is_reference(reference):
            raise TargetError(f"'{it}' names no callable: say `package.module:function`")
        calls.append(reference)
        names.append(reference.rpartition(":")[2].rpartition(".")[2])
    folders = (*dict.fromkeys(path), *_own_folders())
    origin = origins[0] if origins else None
    return Named(tuple(calls), tuple(names), folders, is_list, origin)


def _place(target: Any) -> str | None:
    """Where a module has it; None where none has, but its source can be had."""
    module = getattr(target, "__module__", None)
    name = getattr(target, "__qualname__", None)
    if not callable(target) and not hasattr(target, "on_message"):
        raise TargetError(f"{target!r} cannot be called, and has no on_message")
    if getattr(target, "__self__", None) is not None and not isinstance(target.__self__, _MODULE):
        raise TargetError(
            f"{name} is a method of an object, which fresh processes do not have: hand over its "
            "class, which is made anew in each (`config` are its keywords)"
        )
    if not isinstance(module, str) or not isinstance(name, str):
        raise TargetError(
            f"{target!r} has no name by which a fresh process finds it: hand over a function, or a "
            "class, which is made anew in each process (`config` are its keywords)"
        )
    if module == "__main__" or "<" in name or not _is_had(target, module, name):
        return None
    return f"{module}:{name}"


_MODULE = type(sys)


def _is_had(target: Any, module: str, name: str) -> bool:
    found: Any = sys.modules.get(module)
    if found is None or getattr(found, "__spec__", None) is None:
        return False
    for part in name.split("."):
        found = getattr(found, part, None)
    return found is target


def _own_folders() -> list[str]:
    """Folders that modules are found in here, and not by every interpreter of this installation."""
    usual = [sys.prefix, sys.base_prefix, *site.getsitepackages(), site.getusersitepackages()]
    folders = (Path(it).resolve() for it in sys.path)
    return [
        str(folder)
        for folder in dict.fromkeys(folders)
        if folder.is_dir() and not any(folder.is_relative_to(it) for it in usual)
    ]
