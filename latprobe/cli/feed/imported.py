"""What `latprobe feed import` says when it is through."""

import json
from collections.abc import Iterator

import click
import msgspec

from latprobe.cli.feed.recorded import recording_lines
from latprobe.cli.feed.written import line_of, notes_of
from latprobe.feed.importers.imported import Imported
from latprobe.report.printable import printable
from latprobe.units import format_bytes, format_ns


def print_imported(imported: Imported, *, as_json: bool) -> None:
    """The feed in one line, and what is to be said of the import; or all of it as JSON."""
    if not as_json:
        for line in _lines(imported):
            click.echo(line)
        return
    notes = notes_of(imported.feed)
    notes["source_bytes"] = imported.source_bytes
    notes["ignored_bytes"] = imported.ignored_bytes
    notes["out_of_order"] = imported.out_of_order
    notes["farthest_back_ns"] = imported.farthest_back_ns
    notes["leftovers_cleared"] = imported.leftovers_cleared
    notes["counts"] = imported.counts
    aside = imported.set_aside
    notes["set_aside"] = msgspec.to_builtins(aside) if aside else None
    click.echo(json.dumps(notes, indent=2))


def _lines(imported: Imported) -> Iterator[str]:
    yield line_of(imported.feed)
    if imported.feed.recording is not None:
        yield from recording_lines(imported.feed.recording)
    if imported.counts:
        counts = imported.counts.items()
        yield ", ".join(f"{count:,} {printable(name.replace('_', ' '))}" for name, count in counts)
    if imported.out_of_order:
        back = format_ns(imported.farthest_back_ns)
        many = _messages(imported.out_of_order)
        yield f"{many} out of order by up to {back}, kept as they are"
    if imported.ignored_bytes:
        yield f"{imported.ignored_bytes:,} bytes after the end of the archive passed over"
    if imported.leftovers_cleared:
        yield (
            f"{imported.leftovers_cleared:,} half-written by an import that was killed: deleted now"
        )
    aside = imported.set_aside
    if aside is None:
        return
    size = format_bytes(aside.payload_bytes)
    yield printable(f"{_messages(aside.messages, 'bad')} ({size}) set aside in {aside.path}")
    for problem, count in aside.problems.items():
        yield f"  {count:>9,}  {printable(problem)}"
    if lost := aside.lost:
        rest = f", and {lost.file_bytes:,} bytes of the file are lost" if lost.file_bytes else ""
        yield printable(f"the content ends at byte {lost.offset:,}{rest}: {lost.problem}")


def _messages(count: int, kind: str = "") -> str:
    what = "message" if count == 1 else "messages"
    return f"{count:,} {kind} {what}" if kind else f"{count:,} {what}"
