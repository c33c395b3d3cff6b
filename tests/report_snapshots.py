"""Reports as text, and the snapshots that they are held against."""

import io
import os
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

SNAPSHOTS = Path(__file__).parent / "golden" / "report"
REWRITE = "LATPROBE_REWRITE_SNAPSHOTS"
"""Set to 1, this environment variable makes the tests write the snapshots anew."""


def plain(report: Callable[[Console], None]) -> str:
    """What a report prints into a file."""
    return _printed(report, width=10_000, is_terminal=False)


def on_terminal(report: Callable[[Console], None], width: int) -> str:
    """What a report prints on a terminal without colours."""
    return _printed(report, width=width, is_terminal=True)


def in_colour(report: Callable[[Console], None], width: int) -> str:
    """What a report prints on a terminal with colours, escape sequences and all."""
    return _printed(report, width=width, is_terminal=True, colours="standard")


def assert_matches(name: str, text: str) -> None:
    """Holds a report against its snapshot in tests/golden/report."""
    path = SNAPSHOTS / name
    if os.environ.get(REWRITE) == "1":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), (
        f"{path} differs; where the new text is right, run the tests with {REWRITE}=1"
    )


def _printed(
    report: Callable[[Console], None], *, width: int, is_terminal: bool, colours: str | None = None
) -> str:
    stream = io.StringIO()
    report(
        Console(
            file=stream,
            width=width,
            force_terminal=is_terminal,
            color_system=colours,  # type: ignore[arg-type]
            markup=False,
            highlight=False,
            emoji=False,
            _environ={},
        )
    )
    return stream.getvalue()
