"""What a command says of the feed that it has written."""

import json

import click

from latprobe.feed.reader import Feed
from latprobe.report.printable import printable


def print_written(written: Feed, *, as_json: bool) -> None:
    """One line, or the feed's notes as JSON."""
    if not as_json:
        made = f"{written.messages:,} messages of {written.protocol} ({written.source})"
        click.echo(printable(f"{written.path}: {made}"))
        return
    notes = {
        "path": str(written.path),
        "protocol": written.protocol,
        "source": written.source,
        "importer": written.importer,
        "messages": written.messages,
        "sha256": written.sha256,
    }
    click.echo(json.dumps(notes, indent=2))
