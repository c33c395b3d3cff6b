"""Options that a command is given together, as one value."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import wraps
from typing import Any

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def option_group(name: str, made: type[Any], options: Sequence[Decorator]) -> Decorator:
    """Adds options, in this order.

    Args:
        name: What the command is given them as.
        made: A dataclass with a field for each, of the option's name.
        options: They.
    """
    names = [it.name for it in fields(made)]

    def with_options(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def given(*args: Any, **values: Any) -> Any:
            taken = made(**{it: values.pop(it) for it in names})
            return command(*args, **{name: taken}, **values)

        decorated: Callable[..., Any] = given
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return with_options
