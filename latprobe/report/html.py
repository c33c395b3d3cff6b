"""One run as a piece of a page, as notebooks show it. Whatever is from outside is escaped."""

import base64
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from latprobe.report.column import RUN_COLUMNS
from latprobe.report.failure import failures_of
from latprobe.report.header import header_facts
from latprobe.report.plot import plot_svg
from latprobe.report.precision import precision_of
from latprobe.report.printable import printable
from latprobe.report.row import cells_of, rows_of
from latprobe.report.verdict_text import MARKS, figure_text, interval_text
from latprobe.run.measured import TOTAL
from latprobe.run.model import RunDocument

_COLOURS: Final = {"pass": "#00795c", "fail": "#b3261e", "unproven": "#8a6100"}
_NUMBER: Final = ' style="text-align:right;padding:0 .6em"'
_TEXT: Final = ' style="text-align:left;padding:0 .6em"'
_MOST_CURVES: Final = 6


def run_html(run: RunDocument) -> str:
    """What a run was about, its figures with a plot, its verdicts, and what else it found."""
    return "".join(
        [
            "<div>",
            *_title(run),
            *_figures(run),
            *_verdicts(run),
            *_findings(run),
            *_plot(run),
            "</div>",
        ]
    )


def _title(run: RunDocument) -> Iterator[str]:
    yield f"<p><b>{_escaped(run.scenario.name)}</b> {_escaped(run.scenario.description)}</p>"
    facts = header_facts(run, precision_of(run))
    lines = (f"{_escaped(name)}: {_escaped(fact)}" for name, fact in facts.items())
    yield f"<details><summary>how it was measured</summary>{'<br>'.join(lines)}</details>"


def _figures(run: RunDocument) -> Iterator[str]:
    rows = rows_of(run, by_kind=False) if run.figures else []
    figures = [row.figure for row in rows if row.figure is not None]
    columns = [column for column in RUN_COLUMNS if column.is_worth_showing(figures)]
    if not columns:
        yield "<p>nothing was measured</p>"
        return
    precision = precision_of(run)
    yield _row("th", ["stage", *(column.title for column in columns)], opening="<table>")
    for row in rows:
        cells = cells_of(row, columns, precision)
        yield _row("td", ["– " * row.depth + row.name, *(cell.rendered().plain for cell in cells)])
    yield "</table>"


def _verdicts(run: RunDocument) -> Iterator[str]:
    if not run.verdicts:
        return
    yield "<table>"
    for it in run.verdicts:
        mark = f"{MARKS[it.verdict]} {it.verdict}"
        reason = "" if it.verdict == "pass" else it.reason
        yield f'<tr><td style="color:{_COLOURS[it.verdict]}"><b>{mark}</b></td>'
        cells = (it.budget, figure_text(it), interval_text(it), reason)
        yield "".join(_cell("td", cell, number in (1, 2)) for number, cell in enumerate(cells))
        yield "</tr>"
    yield "</table>"


def _findings(run: RunDocument) -> Iterator[str]:
    for words in failures_of(run):
        yield f'<p style="color:{_COLOURS["fail"]}"><b>{_escaped(words)}</b></p>'
    warnings = [f"{it.problem}: {it.advice}" for it in dict.fromkeys(run.warnings)]
    if warnings:
        lines = "".join(f"<li>{_escaped(it)}</li>" for it in warnings)
        yield f"<details><summary>{len(warnings)} warnings</summary><ul>{lines}</ul></details>"


def _plot(run: RunDocument) -> Iterator[str]:
    """As an image: a page's scripts and styles do not reach into it, nor it out."""
    drawn = [it.stage for it in run.figures if it.kind is None and it.histogram and it.is_usual]
    stages = dict.fromkeys([*[it for it in drawn if it == TOTAL], *drawn])
    if stages:
        svg = plot_svg([run], [*stages][:_MOST_CURVES])
        source = base64.b64encode(svg).decode("ascii")
        yield f'<img alt="latency over percentile" src="data:image/svg+xml;base64,{source}">'


def _row(tag: str, cells: Sequence[str], opening: str = "") -> str:
    shown = "".join(_cell(tag, cell, number > 0) for number, cell in enumerate(cells))
    return f"{opening}<tr>{shown}</tr>"


def _cell(tag: str, text: str, is_number: bool) -> str:
    style = _NUMBER if is_number else _TEXT
    return f"<{tag}{style}>{_escaped(text)}</{tag}>"


def _escaped(text: str) -> str:
    return escape(printable(text))
