"""A report as PDF: pages of text in columns of one width, and a page for each picture."""

import io
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from typing import Final

from matplotlib import style
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from latprobe.report.paper.model import Block, Facts, Grid, Notes, Paper, Picture, Tone, Words
from latprobe.report.picture import STYLE
from latprobe.report.printable import printable

_INCHES: Final = (11.69, 8.27)
_LINES: Final = 54
_WIDTH: Final = 148
"""Characters in a line of a page, in the size below."""
_POINTS: Final = 8.5
_MARGIN: Final = 0.045
_WIDEST: Final = 44
"""Characters of a cell, before it goes on in the next line."""
_NAMES: Final = 14

_COLOURS: Final[dict[Tone, str]] = {
    "": "#1b1f24",
    "bad": "#b3261e",
    "good": "#1a7f37",
    "doubt": "#8a6100",
    "dim": "#59636e",
}

Spans = list[tuple[int, Words]]
"""What stands in a line, each from which column on."""


def paper_pdf(paper: Paper) -> bytes:
    """The file's content."""
    content = io.BytesIO()
    about = {"Title": printable(paper.title), "Creator": "latprobe", "CreationDate": None}
    with (
        style.context(["default", STYLE]),
        warnings.catch_warnings(),
        PdfPages(content, metadata=about) as pages,
    ):
        # A name may hold characters of which the font has none: a box stands for each.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        for page in _pages(paper):
            pages.savefig(page)
    return content.getvalue()


def _pages(paper: Paper) -> Iterator[Figure]:
    lines: list[Spans] = [[(0, Words(printable(paper.title)))], []]
    for section in paper.sections:
        if not all(isinstance(it, Picture) for it in section.blocks):
            lines += [[(0, Words(printable(section.heading)))], [(0, Words("─" * _WIDTH, "dim"))]]
        for block in section.blocks:
            if isinstance(block, Picture):
                yield from _text_pages(lines)
                lines = []
                yield _picture_page(block, section.heading)
            else:
                lines += [*_lines(block), []]
    yield from _text_pages(lines)


def _text_pages(lines: Sequence[Spans]) -> Iterator[Figure]:
    filled = list(lines)
    while filled and not filled[-1]:
        filled.pop()
    for start in range(0, len(filled), _LINES):
        figure = Figure(figsize=_INCHES)
        for number, spans in enumerate(filled[start : start + _LINES]):
            height = 1 - _MARGIN - (1 - 2 * _MARGIN) * number / _LINES
            for column, words in spans:
                figure.text(
                    _MARGIN + (1 - 2 * _MARGIN) * column / _WIDTH,
                    height,
                    words.text,
                    family="monospace",
                    fontsize=_POINTS,
                    color=_COLOURS[words.tone],
                    verticalalignment="top",
                )
        yield figure


def _picture_page(picture: Picture, heading: str) -> Figure:
    figure = picture.draw()
    figure.set_size_inches(*_INCHES)
    caption = "\n".join(_wrapped(f"{heading}: {picture.caption}", _WIDTH))
    figure.suptitle(caption, fontsize=9, x=_MARGIN, ha="left")
    return figure


def _lines(block: Block) -> Iterator[Spans]:
    match block:
        case Facts(lines=facts):
            for name, text in facts:
                for number, part in enumerate(_wrapped(text, _WIDTH - _NAMES)):
                    head: Spans = [(0, Words(printable(name), "dim"))] if number == 0 else []
                    yield [*head, (_NAMES, Words(part))]
        case Notes(lines=notes):
            for words in notes:
                for part in _wrapped(words.text, _WIDTH):
                    yield [(0, Words(part, words.tone))]
        case Grid():
            yield from _grid(block)


def _grid(grid: Grid) -> Iterator[Spans]:
    heads = tuple(Words(it, "dim") for it in grid.columns)
    widths = [
        min(_WIDEST, max(len(printable(row[place].text)) for row in (heads, *grid.rows)))
        for place in range(len(heads))
    ]
    starts = [sum(widths[:place]) + 2 * place for place in range(len(widths))]
    for row in (heads, *grid.rows):
        cells = [_wrapped(it.text, width) for it, width in zip(row, widths, strict=True)]
        for number in range(max(map(len, cells))):
            spans: Spans = []
            for place, parts in enumerate(cells):
                if number < len(parts) and starts[place] < _WIDTH:
                    part = parts[number]
                    shift = widths[place] - len(part) if place in grid.numbers else 0
                    spans.append((starts[place] + shift, Words(part, row[place].tone)))
            yield spans


def _wrapped(text: str, width: int) -> list[str]:
    indent = len(text) - len(text.lstrip("\N{NO-BREAK SPACE}"))
    parts = textwrap.wrap(printable(text[indent:]), max(1, width - indent)) or [""]
    return [f"{' ' * indent}{part}" for part in parts]
