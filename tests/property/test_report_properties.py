"""Whatever a target or a document calls things, a terminal is not commanded by it."""

import io
import unicodedata
from dataclasses import replace
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from latprobe.report.family import print_families
from latprobe.report.printable import printable
from latprobe.report.summary import print_summary
from latprobe.report.table import print_run
from latprobe.run.model import RunDocument
from tests.report_cases import AFTER, BEFORE, DEAD, JUDGED

COMMANDS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode's categories of what is not seen, or moves what is."""

hostile = st.text(
    st.one_of(
        st.characters(categories=["Cc", "Cf", "Zl", "Zp", "Co"]),
        st.sampled_from("a[]/\\{}$<>µ漢\x1b\x9b\r\n\u202e"),
    ),
    min_size=1,
    max_size=30,
)


def renamed(value: Any, name: str) -> Any:
    """A document in which every text that is free to choose has been chosen badly."""
    match value:
        case str():
            return name + value
        case list():
            return [renamed(it, name) for it in value]
        case dict():
            return {
                name + key if key in FREE_KEYS else key: it if key in FIXED else renamed(it, name)
                for key, it in value.items()
            }
    return value


FREE_KEYS = {*JUDGED.errors, *JUDGED.metrics}
FIXED = {"collector", "histogram", "verdict", "unit", "mode", "scenario", "stage"}
"""What has to stay for the document to be one, and `stage` for its figures to be found."""


def hostile_document(run: RunDocument, name: str) -> RunDocument:
    content = msgspec.to_builtins(run)
    reasons = [fork["failure"] and fork["failure"]["reason"] for fork in content["forks"]]
    content = renamed(content, name)
    for fork, reason in zip(content["forks"], reasons, strict=True):
        if reason:
            fork["failure"]["reason"] = reason
    content["scenario"]["description"] = name
    return msgspec.convert(content, RunDocument)


class Disagreed:
    def __init__(self, words: str) -> None:
        self.words = words


@settings(max_examples=40, deadline=None)
@given(hostile, st.booleans(), st.integers(1, 200))
def test_no_control_character_of_a_document_reaches_the_terminal(
    name: str, by_kind: bool, width: int
) -> None:
    runs = [hostile_document(it.document(), name) for it in (JUDGED, BEFORE, DEAD)]
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, color_system=None, width=width)

    for run in runs:
        print_run(run, console, by_kind=by_kind, with_origin=True)
    found = [(run.target.family, Disagreed(name)) for run in runs]
    print_families(runs, found, console, by_kind=by_kind)
    print_summary(runs, found, 1, console)

    reached = {it for it in stream.getvalue() if unicodedata.category(it) in COMMANDS}
    assert reached <= {"\n"}


@given(st.text())
def test_printable_text_keeps_what_can_be_seen(text: str) -> None:
    shown = printable(text)

    assert shown.isprintable()
    assert printable(shown) == shown
    assert [it for it in shown if it in text] or not any(it.isprintable() for it in text)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300), st.booleans())
def test_no_line_is_wider_than_the_terminal(width: int, by_kind: bool) -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, color_system=None, width=width)

    print_run(replace(AFTER, scenario="a").document(), console, by_kind=by_kind)

    assert all(len(line) <= width for line in stream.getvalue().splitlines())
