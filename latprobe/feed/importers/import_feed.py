"""Brings a recording in."""

from collections.abc import Callable
from pathlib import Path

from latprobe.errors import FeedError
from latprobe.feed.expand import expand
from latprobe.feed.format import FILE_MAGIC, STREAM_MAGIC
from latprobe.feed.importers import IMPORTERS
from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.source import Source
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.writer import FeedWriter

Progress = Callable[[int, int], None]
"""Called now and then with how many bytes of the file were read, and how many it has."""


def import_feed(
    path: str | Path,
    out: str | Path,
    *,
    format_name: str | None = None,
    options: ImportOptions | None = None,
    progress: Progress | None = None,
) -> Feed:
    """Imports the recording at `path` as the feed `out`, at constant memory.

    Args:
        path: The recording, perhaps in a gzip or zstd archive; or any Arrow file or stream with
            the columns of a feed.
        out: Where the feed shall be. Only a whole feed gets there.
        format_name: Name of an importer; without one, the content decides.
        options: What the recording does not say of itself.
        progress: Told how far the import is.

    Raises:
        FeedError: The recording is damaged, is of no known format, or holds no message; or `out`
            cannot be written.
    """
    path, out = Path(path), Path(out)
    with Source(path) as source:
        if out.exists() and out.samefile(path):
            raise FeedError(out, None, "is the recording itself; name another file for the feed")
        if format_name is None and source.raw_head.startswith((FILE_MAGIC, STREAM_MAGIC)):
            return expand(path, out)
        importer = _named(path, format_name) if format_name else _recognised(source)
        with FeedWriter(
            out,
            protocol=importer.protocol,
            source=f"imported from {path.name}",
            importer=f"{importer.name} {importer.version}",
        ) as writer:
            for messages in importer.read(source, options or ImportOptions()):
                writer.extend(messages)
                if progress is not None:
                    progress(source.read_bytes, source.file_bytes)
            writer.flush()
            if not writer.messages:
                raise source.fail(source.position, "expected a message; the recording has none")
    return open_feed(out)


def _named(path: Path, name: str) -> Importer:
    for importer in IMPORTERS:
        if importer.name == name:
            return importer
    known = ", ".join(importer.name for importer in IMPORTERS)
    raise FeedError(path, None, f"no format is called {name!r}; there are {known}")


def _recognised(source: Source) -> Importer:
    head = source.head()
    for importer in IMPORTERS:
        if importer.recognises(head):
            return importer
    found = f"begins with {head[:16].hex(' ')}" if head else "is empty"
    known = ", ".join(importer.name for importer in IMPORTERS)
    raise source.fail(0, f"expected a recording that is one of {known}; this one {found}")
