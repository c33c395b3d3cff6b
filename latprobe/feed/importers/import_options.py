"""Whether the options of an import are for the format that it reads."""

from collections.abc import Sequence
from dataclasses import fields

from latprobe.feed.importers.importer import Importer, ImportOptions

_WORDS = {
    "midnight_ns": "--date",
    "start_ns": "--start",
    "interval_ns": "--interval",
    "capture": "what is wanted of a capture (--framing, --port, …)",
}


def word_of(name: str) -> str:
    """The command line's word for a field of `ImportOptions`."""
    return _WORDS.get(name) or "--" + name.replace("_", "-")


def unused_option(
    importer: Importer, options: ImportOptions, importers: Sequence[Importer]
) -> str | None:
    """Says which option was given that the importer does not take, and who does; `None` if none."""
    for field in fields(ImportOptions):
        name = field.name
        if getattr(options, name) == field.default or name in importer.takes:
            continue
        takers = [it.name for it in importers if name in it.takes]
        return f"{word_of(name)} is for {', '.join(takers)}; this is read as {importer.name}"
    return None
