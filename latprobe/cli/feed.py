"""`latprobe feed`: bring recordings in, look at feeds, make feeds up."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from latprobe.cli.feed_table import info_lines
from latprobe.errors import FeedError
from latprobe.feed.importers import IMPORTERS
from latprobe.feed.importers.import_feed import import_feed
from latprobe.feed.importers.importer import ImportOptions
from latprobe.feed.importers.times import midnight_from_text
from latprobe.feed.info import feed_info
from latprobe.feed.reader import Feed
from latprobe.feed.synth import GENERATORS
from latprobe.feed.synth.synth import synth
from latprobe.report.printable import printable

_PATH = click.Path(path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


@click.group("feed")
def feed() -> None:
    """Bring recordings in, look at feeds, make feeds up."""


@feed.command("import")
@click.argument("source", metavar="SRC", type=_PATH)
@click.argument("out", metavar="OUT", type=_PATH)
@click.option(
    "--format",
    "format_name",
    type=click.Choice([importer.name for importer in IMPORTERS]),
    help="Format of the recording; told by its content when not named.",
)
@click.option(
    "--date",
    "day",
    metavar="DATE",
    help="Midnight from which an itch50 recording counts its times: 2019-12-30 (UTC), or "
    "2019-12-30T00:00-05:00. Without it: 1970-01-01.",
)
@_JSON
def import_command(
    source: Path, out: Path, format_name: str | None, day: str | None, *, as_json: bool
) -> None:
    """Import the recording SRC as the feed OUT.

    Gzip and zstd archives are read as they are. An Arrow file or stream with the columns of a
    feed is rewritten so that it can be replayed.
    """
    options = ImportOptions(midnight_ns=_midnight(day) if day else 0)
    with _progress(f"importing {source.name}") as progress:
        feed = import_feed(source, out, format_name=format_name, options=options, progress=progress)
    _print_written(feed, as_json=as_json)


@feed.command("info")
@click.argument("path", metavar="FEED", type=_PATH)
@_JSON
def info_command(path: Path, *, as_json: bool) -> None:
    """Say what FEED holds, and whether its payloads are as they were written."""
    info = feed_info(path)
    if as_json:
        click.echo(json.dumps(info.as_dict(), indent=2))
    else:
        for line in info_lines(info):
            click.echo(line)
    if info.sha256_verified is False:
        raise FeedError(path, None, "its payloads do not have the SHA-256 that it states")


@feed.command("synth")
@click.argument("protocol", type=click.Choice([made.protocol for made in GENERATORS]))
@click.argument("out", metavar="OUT", type=_PATH)
@click.option("--messages", type=click.IntRange(min=1), default=100_000, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@_JSON
def synth_command(protocol: str, out: Path, messages: int, seed: int, *, as_json: bool) -> None:
    """Make up the feed OUT: the same bytes from the same seed, on every machine."""
    with _progress(f"making up {protocol}") as progress:
        written = synth(protocol, messages, seed, out, progress=progress)
    _print_written(written, as_json=as_json)


def _midnight(day: str) -> int:
    try:
        return midnight_from_text(day)
    except ValueError as error:
        expected = "expected a date such as 2019-12-30 or 2019-12-30T00:00-05:00"
        raise click.BadParameter(expected, param_hint="--date") from error


def _print_written(written: Feed, *, as_json: bool) -> None:
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


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
