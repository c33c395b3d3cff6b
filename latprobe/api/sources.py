"""What was written where a callable was made: a script, the cells of a notebook, a module."""

import ast
import linecache
import sys
from collections.abc import Iterator, Mapping
from types import CodeType, ModuleType
from typing import Any


def sources_of(code: CodeType | None, names: Mapping[str, Any]) -> tuple[str, ...]:
    """Every text whose statements made the names, in the order in which they ran.

    Args:
        code: Of the callable; of a class there is none.
        names: The global names that it sees.
    """
    if names is vars(sys.modules["__main__"]) and (cells := _cells()):
        return cells
    file = code.co_filename if code is not None else names.get("__file__")
    if not isinstance(file, str):
        return ()
    return ("".join(linecache.getlines(file, dict(names))),)


def _cells() -> tuple[str, ...]:
    """The cells of a notebook or an IPython prompt that have run, without their magics."""
    ipython: ModuleType | None = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return () if shell is None else tuple(shell.history_manager.input_hist_parsed)


def statements_in(sources: tuple[str, ...]) -> Iterator[tuple[ast.stmt, str]]:
    """Each statement outside of functions, with its text, in order."""
    for source in sources:
        try:
            module = ast.parse(source)
        except SyntaxError:
            continue  # a cell that did not run
        for statement in module.body:
            if not _is_for_main(statement):
                yield statement, _text(statement, source)


def _text(statement: ast.stmt, source: str) -> str:
    """With its decorators, which the statement's own position leaves out."""
    first = min([statement.lineno, *(it.lineno for it in getattr(statement, "decorator_list", ()))])
    return "".join(source.splitlines(keepends=True)[first - 1 : statement.end_lineno])


def _is_for_main(statement: ast.stmt) -> bool:
    """`if __name__ == "__main__":`, which a module does not run."""
    if not isinstance(statement, ast.If):
        return False
    return any(isinstance(it, ast.Name) and it.id == "__name__" for it in ast.walk(statement.test))


def bound_by(statement: ast.stmt) -> set[str]:
    """The global names that a statement gives a value."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {(it.asname or it.name).partition(".")[0] for it in names}
    bound = set()
    for it in ast.walk(statement):
        if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store):
            bound.add(it.id)
        elif isinstance(it, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
            bound |= bound_by(it)
    return bound


def read_by(node: ast.AST) -> list[str]:
    """The names that a statement or an expression looks up, each once, in order."""
    names = (it.id for it in ast.walk(node) if isinstance(it, ast.Name))
    return list(dict.fromkeys(names))
