"""Where reports are printed."""

import io
import os
import pty
from collections.abc import Iterator

import pytest
from rich.text import Text

from latprobe.report.console import console_for


@pytest.fixture(autouse=True)
def _no_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def terminal() -> Iterator[io.TextIOWrapper]:
    ours, theirs = pty.openpty()
    with open(theirs, "w", encoding="utf-8") as stream:
        yield stream
    os.close(ours)


def piped(encoding: str) -> tuple[io.BytesIO, io.TextIOWrapper]:
    content = io.BytesIO()
    return content, io.TextIOWrapper(content, encoding=encoding)


def test_a_pipe_breaks_no_line() -> None:
    content, stream = piped("utf-8")

    console_for(stream).print(Text("word " * 1_000))
    stream.flush()

    assert content.getvalue().count(b"\n") == 1


def test_a_pipe_is_as_wide_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")

    assert console_for(piped("utf-8")[1]).width == 100


def test_a_terminal_has_its_own_width(terminal: io.TextIOWrapper) -> None:
    console = console_for(terminal)

    assert console.is_terminal
    assert console.width <= 200


def test_an_encoding_without_the_marks_gets_others() -> None:
    content, stream = piped("ascii")

    console_for(stream).print(Text("✔ ✘ – ± µ × ☃"))  # the marks of reports
    stream.flush()

    assert content.getvalue() == b"+ x - +- u x ?\n"


def test_a_quiet_console_prints_nothing() -> None:
    content, stream = piped("utf-8")

    console_for(stream, quiet=True).print("a line")
    stream.flush()

    assert content.getvalue() == b""


def test_what_a_document_says_is_no_markup() -> None:
    content, stream = piped("utf-8")

    console_for(stream).print("[bold]:warning:[/bold]")
    stream.flush()

    assert content.getvalue() == b"[bold]:warning:[/bold]\n"
