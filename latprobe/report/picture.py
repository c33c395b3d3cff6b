"""Pictures: how all of them look, and how they are written."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from matplotlib import style
from matplotlib.figure import Figure

from latprobe.errors import RunError
from latprobe.run.whole_file import write_whole

FORMATS: Final = (".svg", ".png", ".pdf")
"""Suffixes of the pictures that can be written."""

# Told apart by those who see colours differently: M. Okabe and K. Ito, "Color Universal Design",
# 2008, without its yellow, which is too pale for a line.
COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")

STYLE: Final[dict[str, Any]] = {
    "svg.hashsalt": "latprobe",  # the same identifiers each time
    "text.parse_math": False,  # a dollar sign in a name is one
    "axes.grid": True,
    "grid.alpha": 0.3,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 10.0,
    "legend.frameon": False,
}


def write_picture(path: Path, draw: Callable[[], Figure]) -> None:
    """Draws a picture and writes it whole, in the format that its suffix says.

    Raises:
        RunError: for another suffix than those of `FORMATS`, or a path that cannot be written.
    """
    check_picture(path)
    write_whole(path, picture_bytes(path.suffix.lower(), draw))


def picture_bytes(suffix: str, draw: Callable[[], Figure]) -> bytes:
    """A picture in the format of one of the suffixes in `FORMATS`."""
    content = io.BytesIO()
    with style.context(["default", STYLE]):
        figure = draw()
        # Without a date, so that the same figures give the same bytes.
        date: dict[str, None] = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(
            suffix, {}
        )
        figure.savefig(content, format=suffix[1:], dpi=150, metadata=date)
    return content.getvalue()


def check_picture(path: Path) -> None:
    """Raises `RunError` for another suffix than those of `FORMATS`."""
    if path.suffix.lower() not in FORMATS:
        raise RunError(f"{path}: a plot is written as {', '.join(FORMATS)}; end its name in one")
