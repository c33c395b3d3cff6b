"""What a command says of the feed that it has written."""

import json
from typing import Any

import click
import msgspec

from latprobe.feed.reader import Feed
from latprobe.report.printable import printable


def print_written(written: Feed, *, as_json: bool) -> None:
    """One line, or the feed's notes as JSON."""
    click.echo(json.dumps(notes_of(written), indent=2) if as_json else line_of(written))


def line_of(written: Feed) -> str:
    """The feed in one line for people."""
    kind = f" of {written.protocol}" if written.protocol else ""
    made = f"{written.messages:,} messages{kind} ({written.source})"
    return printable(f"{written.path}: {made}")


def notes_of(written: Feed) -> dict[str, Any]:
    """The same and its digest as plain values, for JSON."""
    return {
        "path": str(written.path),
        "protocol": written.protocol,
        "source": written.source,
        "importer": written.importer,
        "messages": written.messages,
        "sha256": written.sha256,
        "recording": msgspec.to_builtins(written.recording),
    }
