"""Amounts as bars of block characters."""

from collections.abc import Sequence
from typing import Final

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_PARTS: Final = len(_EIGHTHS) - 1
_SIDEWAYS: Final = " ▏▎▍▌▋▊▉█"


def columns(values: Sequence[float], height: int) -> list[str]:
    """Bars that stand side by side, from the top line down; the largest is `height` lines high.

    What is more than nothing shows as an eighth of a line at least.
    """
    most = max(values, default=0)
    eighths = [_eighths(value, most, height) for value in values]
    return [
        "".join(_EIGHTHS[min(max(it - line * _PARTS, 0), _PARTS)] for it in eighths)
        for line in reversed(range(height))
    ]


def bar(value: float, most: float, width: int) -> str:
    """A bar that lies; the largest is `width` characters long."""
    eighths = _eighths(value, most, width)
    whole, rest = divmod(eighths, _PARTS)
    return "█" * whole + (_SIDEWAYS[rest] if rest else "")


def regrouped(values: Sequence[int], most: int) -> tuple[list[int], int]:
    """Sums of neighbours, `most` of them at most, and how many each is of; the last may be less."""
    size = max(1, -(-len(values) // most))
    return [sum(values[at : at + size]) for at in range(0, len(values), size)], size


def _eighths(value: float, most: float, length: int) -> int:
    return max(1, round(value / most * length * _PARTS)) if value > 0 else 0
