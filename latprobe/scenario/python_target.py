"""Targets that are Python callables, as a scenario names them."""

from collections.abc import Mapping
from typing import Any, Final

from latprobe.reference import is_reference

PREFIX: Final = "python:"


def with_target_table(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """A scenario whose target is a table: `"python:m:parse"` and lists of such are short for one.

    What is neither is left as it is, for whoever checks the scenario.
    """
    target = scenario.get("target")
    match target:
        case str():
            table: object = {"python": _without_prefix(target)}
        case [*calls] if all(isinstance(it, str) for it in calls):
            table = {"python": [_without_prefix(it) for it in calls]}
        case _:
            table = target
    return {**scenario, **({} if target is None else {"target": table})}


def check_references(references: tuple[str, ...]) -> None:
    """Refuses what does not name an object of a module.

    Raises:
        ValueError: which, and what was expected.
    """
    if not references:
        raise ValueError("`python` is an empty list: name the callables, in order")
    for reference in references:
        if not is_reference(reference):
            raise ValueError(
                f"'{reference}' names no callable: say `package.module:function` (in the place of "
                f"a whole target, `{PREFIX}package.module:function`)"
            )


def _without_prefix(text: str) -> str:
    """What has no prefix is no reference, and is said to be none."""
    return text.removeprefix(PREFIX) if text.startswith(PREFIX) else f"{text} (no {PREFIX})"
