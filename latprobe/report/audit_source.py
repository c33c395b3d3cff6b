"""Lines of source, where they are at hand."""

from functools import lru_cache
from pathlib import Path
from typing import Final

_LONGEST_FILE_BYTES: Final = 8 * 2**20
_LONGEST_LINE: Final = 160


def source_line(path: str | None, line: int | None) -> str | None:
    """A line of a file, without the blanks around it; None where it cannot be had."""
    if path is None or line is None:
        return None
    lines = _lines(path)
    return lines[line - 1].strip()[:_LONGEST_LINE] if 0 < line <= len(lines) else None


def source_around(path: str | None, line: int | None, more: int = 2) -> list[tuple[int, str]]:
    """The lines of a file around one, with their numbers; empty where they cannot be had."""
    if path is None or line is None:
        return []
    lines = _lines(path)
    if not 0 < line <= len(lines):
        return []
    first, last = max(1, line - more), min(len(lines), line + more)
    return [(number, lines[number - 1][:_LONGEST_LINE]) for number in range(first, last + 1)]


@lru_cache(maxsize=256)
def _lines(path: str) -> tuple[str, ...]:
    """Of a plain file that is not too large to be source; what is not UTF-8 is replaced."""
    file = Path(path)
    try:
        if not file.is_file() or file.stat().st_size > _LONGEST_FILE_BYTES:
            return ()
        return tuple(file.read_text(encoding="utf-8", errors="replace").splitlines())
    except (OSError, ValueError):
        return ()
