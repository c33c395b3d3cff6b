"""`make bench-import`: prints what imports cost, and writes it to results/import.json."""

import importlib
import importlib.util
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from benches import importing
from benches.figure import Figure, unsupported
from benches.native import BenchError
from benches.table import print_figures
from latprobe.report.console import console_for
from latprobe.run.machine import describe_machine
from latprobe.run.model import Machine
from latprobe.run.whole_file import write_whole

OUT: Final = Path("results/import.json")
_SOURCE_BYTES: Final = 2_000_000_000
_CAPTURES: Final = "benches.import_captures"
"""The part about captures, which is measured where it is there."""


class ImportCost(msgspec.Struct, frozen=True):
    """Everything that is measured of imports, and where; null for what could not be."""

    started: str
    machine: Machine
    figures: tuple[Figure, ...]
    importing: importing.Importing | None
    captures: Any


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--source-bytes",
    type=click.IntRange(min=100_000_000),
    default=_SOURCE_BYTES,
    show_default=True,
    help="Size of the source whose import shows the memory it takes.",
)
def main(*, as_json: bool, source_bytes: int) -> None:
    """Measures, prints and writes. A figure that does not hold fails nothing: it is to be read."""
    document = msgspec.json.format(msgspec.json.encode(_measure(source_bytes)))
    write_whole(OUT, document)
    if as_json:
        print(document.decode())
    else:
        print_figures(msgspec.json.decode(document, type=ImportCost).figures, console_for())


def _measure(source_bytes: int) -> ImportCost:
    started = datetime.now(UTC).isoformat(timespec="seconds")
    rows: list[Figure] = []
    found = captures = None
    print("measuring imports of lines and messages, archives, and memory", file=sys.stderr)
    try:
        found = importing.measure(source_bytes)
        rows += importing.figures(found)
    except BenchError as error:
        rows.append(unsupported("imports", str(error), ""))
    if importlib.util.find_spec(_CAPTURES):
        print("measuring imports of captures", file=sys.stderr)
        part = importlib.import_module(_CAPTURES)
        try:
            captures = part.measure()
            rows += part.figures(captures)
        except BenchError as error:
            rows.append(unsupported("imports of captures", str(error), ""))
    return ImportCost(started, describe_machine(), tuple(rows), found, captures)


if __name__ == "__main__":
    main()
