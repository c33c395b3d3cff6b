"""`latprobe feed import`: bring a recording in."""

from pathlib import Path
from typing import Any

import click

from latprobe.cli.feed.capture_options import capture_options
from latprobe.cli.feed.import_options import import_options, options_from
from latprobe.cli.feed.imported import print_imported
from latprobe.cli.feed.options import JSON, PATH
from latprobe.cli.feed.progress import byte_progress
from latprobe.feed.importers import IMPORTERS
from latprobe.feed.importers.archive import EXPANSION_LIMIT
from latprobe.feed.importers.import_feed import import_recording
from latprobe.units import parse_ns


@click.command("import")
@click.argument("source", metavar="SRC", type=PATH)
@click.argument("out", metavar="OUT", type=PATH)
@click.option(
    "--format",
    "format_name",
    type=click.Choice([importer.name for importer in IMPORTERS]),
    help="Format of the recording; told by its content when not named.",
)
@import_options
@click.option(
    "--quarantine",
    metavar="FILE",
    type=PATH,
    help="Set bad messages aside in FILE (JSON Lines: offset, problem, payload in base64) and go "
    "on; without it, the first ends the import.",
)
@click.option(
    "--max-backwards",
    "max_backwards",
    metavar="TIME",
    help="How far a receive time may fall back behind that of the message before, as in 1s or "
    "250ms; what falls further is a bad message. Without it: 1s; any distance for formats whose "
    "times are their senders'.",
)
@click.option(
    "--max-expansion",
    metavar="RATIO",
    type=click.IntRange(min=1),
    default=EXPANSION_LIMIT,
    show_default=True,
    help="Most bytes of content for each byte of an archive, over 256 MiB of content; what "
    "unpacks to more is taken for a decompression bomb.",
)
@capture_options
@JSON
def import_command(
    source: Path,
    out: Path,
    format_name: str | None,
    quarantine: Path | None,
    max_backwards: str | None,
    max_expansion: int,
    *,
    as_json: bool,
    **given: Any,
) -> None:
    """Import the recording SRC as the feed OUT.

    Archives (gzip, zstd, lz4, xz, bzip2, snappy framing) are read as they are. An Arrow file or
    stream with the columns of a feed is rewritten so that it can be replayed.
    """
    options = options_from(**given)
    with byte_progress(f"importing {source.name}") as progress:
        imported = import_recording(
            source,
            out,
            format_name=format_name,
            options=options,
            quarantine=quarantine,
            max_backwards_ns=_nanoseconds(max_backwards),
            expansion_limit=max_expansion,
            progress=progress,
        )
    print_imported(imported, as_json=as_json)


def _nanoseconds(time: str | None) -> int | None:
    if time is None:
        return None
    try:
        return int(parse_ns(time))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--max-backwards") from error
