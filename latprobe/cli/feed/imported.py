"""What `latprobe feed import` says when it is through."""

import json
from collections.abc import Iterator
from dataclasses import asdict

import click

from latprobe.cli.feed.recorded import recording_lines
from latprobe.cli.feed.written import line_of, notes_of
from latprobe.feed.importers.imported import Imported
from latprobe.report.printable import printable
from latprobe.units import format_bytes


def print_imported(imported: Imported, *, as_json: bool) -> None:
    """The feed in one line, and what is to be said of the import; or all of it as JSON."""
    if not as_json:
        for line in _lines(imported):
            click.echo(line)
        return
    notes = notes_of(imported.feed)
    notes["source_bytes"] = imported.source_bytes
    notes["counts"] = imported.counts
    notes["set_aside"] = asdict(imported.set_aside) if imported.set_aside else None
    click.echo(json.dumps(notes, indent=2))


def _lines(imported: Imported) -> Iterator[str]:
    yield line_of(imported.feed)
    if imported.feed.recording is not None:
        yield from recording_lines(imported.feed.recording)
    if imported.counts:
        yield ", ".join(f"{count:,} {printable(name)}" for name, count in imported.counts.items())
    aside = imported.set_aside
    if aside is None:
        return
    size = format_bytes(aside.payload_bytes)
    yield printable(f"{aside.messages:,} bad messages ({size}) set aside in {aside.path}")
    for problem, count in aside.problems.items():
        yield f"  {count:>9,}  {printable(problem)}"
