"""A callable that no module has, written out as a module with all that it needs, and no more.

What it looks up by name comes with it: a module is imported, a plain value is written down as it is
now, and anything else is made anew by the last statement that gave the name its value, which runs
again in each fork. Modules are kept in the user's cache by what is in them, as feeds are, so that a
run document goes on naming something that is there.
"""

import __future__

import ast
import hashlib
import inspect
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

from latprobe.api.sources import bound_by, read_by, sources_of, statements_in
from latprobe.errors import TargetError
from latprobe.pipeline.feeds import cache_folder
from latprobe.run.whole_file import write_whole

_DIGITS: Final = 12
_PLAIN: Final = (bool, int, float, complex, str, bytes, tuple, type(None))


@dataclass(frozen=True)
class WrittenOut:
    """A module that was written.

    Attributes:
        folder: Where it is.
        name: The module's.
        object: What the callable is called in it.
        origin: The file that it was written in; that of a cell is not there.
    """

    folder: Path
    name: str
    object: str
    origin: Path


@dataclass
class _Module:
    """A module in the making: statements in the order in which they can run."""

    names: Mapping[str, Any]
    statements: list[tuple[ast.stmt, str]]
    lines: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def need(self, wanted: str) -> None:
        """Writes down what a name is, and first what that needs."""
        if wanted in self.seen or wanted not in self.names:
            return  # a name of Python's own, or one that is not there here either
        self.seen.add(wanted)
        value = self.names[wanted]
        if isinstance(value, ModuleType):
            self.lines.append(f"import {value.__name__} as {wanted}")
        elif _is_plain(value):
            self.lines.append(f"{wanted} = {value!r}")
        elif (place := _import_of(value, wanted)) is not None:
            self.lines.append(place)
        else:
            self._make_anew(wanted)

    def _make_anew(self, wanted: str) -> None:
        made = [it for it in self.statements if wanted in bound_by(it[0])]
        if not made:
            raise TargetError(
                f"'{wanted}', which the callable needs, was not made by a statement that can be "
                "found: make it in a cell, in the script itself, or in a module"
            )
        statement, text = made[-1]
        self.seen |= bound_by(statement)
        self.need_all(statement)
        self.lines.append(text.rstrip())

    def need_all(self, node: ast.AST) -> None:
        """Writes down all that a statement or an expression looks up."""
        for name in read_by(node):
            self.need(name)


def written_out(target: Any) -> WrittenOut:
    """Writes a callable out as a module.

    Raises:
        TargetError: where its source cannot be had, or it has a value from the function that made
            it, which a source does not tell.
    """
    code: CodeType | None = getattr(target, "__code__", None)
    names = _globals_of(target)
    if code is not None and code.co_freevars:
        raise TargetError(
            f"{target.__qualname__} takes '{code.co_freevars[0]}' from the function around it, "
            "which fresh processes do not have: make it a global, a default, or an attribute of a "
            "class (`config` are its keywords)"
        )
    module = _Module(names, list(statements_in(sources_of(code, names))))
    name = next((it for it in names if names[it] is target), None)
    if name is not None:
        module.need(name)
    else:
        name = _from_within(target, module)
    text = "\n".join([_future(code), *module.lines, ""]).lstrip("\n")
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
    folder = cache_folder("callables")
    origin = Path(names.get("__file__") or (code.co_filename if code else "prompt"))
    written = WrittenOut(folder, f"written_out_{digest}", name, origin)
    write_whole(folder / f"{written.name}.py", text.encode())
    return written


def _from_within(target: Any, module: _Module) -> str:
    """A function that no global name has: made in another function, or in a call."""
    try:
        source = textwrap.dedent(inspect.getsource(target))
    except (OSError, TypeError) as error:
        raise TargetError(
            f"{target.__qualname__}: its source cannot be found ({error}): put it into a module"
        ) from error
    if target.__name__ != "<lambda>":
        (statement,) = ast.parse(source).body
        module.need_all(statement)
        module.lines.append(source)
        return str(target.__name__)
    found = [it for it in _lambdas(source) if _is_alike(it, target.__code__)]
    if len({ast.unparse(it) for it in found}) != 1:
        raise TargetError(
            "which `lambda` it is cannot be told from its source: give it a name, with `def`"
        )
    module.need_all(found[0])
    module.lines.append(f"handle = {ast.unparse(found[0])}")
    return "handle"


def _lambdas(source: str) -> list[ast.Lambda]:
    """The lambdas in lines that may be a part of a statement alone."""
    for text in (source, source.strip().rstrip(","), f"f({source.strip().rstrip(',)')})"):
        try:
            tree = ast.parse(text)
        except SyntaxError:
            continue
        return [it for it in ast.walk(tree) if isinstance(it, ast.Lambda)]
    return []


def _is_alike(candidate: ast.Lambda, code: CodeType) -> bool:
    """By what they name: the instructions depend on the statement around a `lambda` as well."""
    compiled: CodeType = compile(ast.Expression(candidate), "<lambda>", "eval").co_consts[0]
    return _names_of(compiled) == _names_of(code)


def _names_of(code: CodeType) -> tuple[object, ...]:
    plain = [it for it in code.co_consts if not isinstance(it, CodeType)]
    return code.co_varnames, code.co_names, repr(plain)


def _globals_of(target: Any) -> Mapping[str, Any]:
    module = inspect.getmodule(target)
    found: Mapping[str, Any] = getattr(target, "__globals__", vars(module) if module else {})
    return found


def _is_plain(value: Any) -> bool:
    if not isinstance(value, _PLAIN) or type(value) not in _PLAIN:
        return False
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError):
        return False


def _import_of(value: Any, wanted: str) -> str | None:
    """How a module's own function or class is imported; None for what is no module's."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or module == "__main__":
        return None
    found = sys.modules.get(module)
    if getattr(found, name, None) is not value or getattr(found, "__spec__", None) is None:
        return None
    return f"from {module} import {name} as {wanted}"


def _future(code: CodeType | None) -> str:
    flag = __future__.annotations.compiler_flag
    return "from __future__ import annotations" if code and code.co_flags & flag else ""
