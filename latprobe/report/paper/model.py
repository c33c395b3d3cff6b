"""What a report says, whatever format it is written in.

Texts are as they came, from targets and documents: each format makes them harmless in its own way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from matplotlib.figure import Figure

Tone = Literal["", "bad", "good", "doubt", "dim"]
"""What a text means; each has a mark or a word of its own as well."""


@dataclass(frozen=True)
class Words:
    """A text, and what it means."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True)
class Grid:
    """A table.

    Attributes:
        columns: Over them.
        rows: A text for each column.
        numbers: Places of the columns that are flush right.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Picture:
    """A picture that is drawn when it is called for; `caption` says what it shows."""

    caption: str
    draw: Callable[[], Figure]


@dataclass(frozen=True)
class Facts:
    """Lines, each about something that has a name."""

    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Notes:
    """Lines."""

    lines: tuple[Words, ...]


Block = Facts | Grid | Notes | Picture


@dataclass(frozen=True)
class Section:
    """A heading, and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Paper:
    """A report."""

    title: str
    sections: tuple[Section, ...]
