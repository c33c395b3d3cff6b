"""Options that a function of the library reads."""

from collections.abc import Callable
from typing import TypeVar

import click

Value = TypeVar("Value")


def parsed(
    parse: Callable[[str], Value],
) -> Callable[[click.Context, click.Parameter, str | None], Value | None]:
    """A callback of an option that reads its text; what it refuses is bad usage, in its own words.

    Args:
        parse: Raises `ValueError` in words for who wrote the text.
    """

    def callback(
        context: click.Context, parameter: click.Parameter, text: str | None
    ) -> Value | None:
        try:
            return None if text is None else parse(text)
        except ValueError as error:
            raise click.BadParameter(str(error), ctx=context, param=parameter) from error

    return callback
