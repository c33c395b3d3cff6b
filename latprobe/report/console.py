"""Where reports are printed."""

import codecs
import io
import os
import sys
from typing import Final, TextIO

from rich.console import Console

_PLAIN_WIDTH: Final = 10_000
"""Columns where nobody looks on: a file or a pipe gets every column and no line is broken."""

# The dash and the cross are meant as such.
_IN_PLAIN_LETTERS: Final = {
    "✔": "+",
    "✘": "x",
    "–": "-",
    "±": "+-",
    "µ": "u",
    "×": "x",
}


def console_for(
    stream: TextIO | None = None,
    *,
    quiet: bool = False,
    plain: bool = False,
    width: int | None = None,
) -> Console:
    """A console for reports on `stream`, by default standard output.

    A terminal gets colours, unless the environment says otherwise (`NO_COLOR`, `TERM`), and lines
    of its width. Anything else gets plain text, in lines as long as they are, or as the
    environment's `COLUMNS` says. Where the stream's encoding lacks a character, another is put in
    its place. A quiet console prints nothing, and a plain one has no colours, whatever the
    environment says. A `width` is that of its lines.
    """
    stream = sys.stdout if stream is None else stream
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="latprobe.plain")
    has_width = stream.isatty() or os.environ.get("COLUMNS", "").isdigit()
    return Console(
        file=stream,
        quiet=quiet,
        width=width or (None if has_width else _PLAIN_WIDTH),
        markup=False,
        highlight=False,
        emoji=False,
        force_jupyter=False,  # what is printed there goes to the stream, too
        force_terminal=False if plain else None,
    )


def _in_plain_letters(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(_IN_PLAIN_LETTERS.get(character, "?") for character in text), error.end


codecs.register_error("latprobe.plain", _in_plain_letters)
