"""A report as HTML that needs nothing else, no script and no network: a file, or a piece of a page.

A piece is what notebooks show. Its style reaches nothing around it.
"""

import base64
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final

from latprobe.report.paper.model import (
    Block,
    Facts,
    Grid,
    Notes,
    Paper,
    Picture,
    Section,
    Words,
)
from latprobe.report.picture import picture_bytes
from latprobe.report.printable import printable

_STYLE: Final = Path(__file__).with_name("paper.css")

# Were anything of a name to become markup, it could still do nothing.
_POLICY: Final = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'"
)


def paper_html(paper: Paper) -> str:
    """The file's text."""
    return "\n".join(_lines(paper)) + "\n"


def section_html(section: Section) -> str:
    """A section as an element for a page that there is already, with its style inside."""
    return "\n".join(['<div class="latprobe">', _style(), *_section(section), "</div>"])


def _lines(paper: Paper) -> Iterator[str]:
    title = _text(paper.title)
    yield '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield f"<title>{title}</title>"
    yield _style()
    yield f'<body class="latprobe page">\n<h1>{title}</h1>'
    for section in paper.sections:
        yield from _section(section)
    yield "</html>"


def _style() -> str:
    return f"<style>\n{_STYLE.read_text(encoding='utf-8')}</style>"


def _section(section: Section) -> Iterator[str]:
    yield f"<section>\n<h2>{_text(section.heading)}</h2>"
    for block in section.blocks:
        yield from _block(block)
    yield "</section>"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Facts(lines=lines):
            yield "<dl>"
            yield from (f"<dt>{_text(name)}</dt><dd>{_text(text)}</dd>" for name, text in lines)
            yield "</dl>"
        case Notes(lines=notes):
            yield from (f"<p{_class(it.tone)}>{_text(it.text)}</p>" for it in notes)
        case Grid():
            yield from _grid(block)
        case Picture(caption=caption, draw=draw):
            content = base64.b64encode(picture_bytes(".svg", draw)).decode()
            source = f"data:image/svg+xml;base64,{content}"
            yield f'<figure><img alt="{_text(caption)}" src="{source}">'
            yield f"<figcaption>{_text(caption)}</figcaption></figure>"


def _grid(grid: Grid) -> Iterator[str]:
    yield '<div class="wide"><table>\n<thead><tr>'
    for place, column in enumerate(grid.columns):
        yield f"<th{_class(_number(grid, place))}>{_text(column)}</th>"
    yield "</tr></thead>\n<tbody>"
    for row in grid.rows:
        yield f"<tr>{''.join(_cell(grid, place, it) for place, it in enumerate(row))}</tr>"
    yield "</tbody></table></div>"


def _cell(grid: Grid, place: int, words: Words) -> str:
    return f"<td{_class(_number(grid, place), words.tone)}>{_text(words.text)}</td>"


def _number(grid: Grid, place: int) -> str:
    return "number" if place in grid.numbers else ""


def _class(*names: str) -> str:
    joined = " ".join(filter(None, names))
    return f' class="{joined}"' if joined else ""


def _text(text: str) -> str:
    """A text from outside as text, with no power over the page and none over who reads it."""
    return "\N{NO-BREAK SPACE}".join(
        escape(printable(it)) for it in text.split("\N{NO-BREAK SPACE}")
    )
