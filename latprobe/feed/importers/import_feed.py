"""Brings a recording in."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from latprobe.errors import FeedError
from latprobe.feed.expand import expand
from latprobe.feed.format import FILE_MAGIC, STREAM_MAGIC
from latprobe.feed.importers import IMPORTERS
from latprobe.feed.importers.archive import EXPANSION_LIMIT
from latprobe.feed.importers.imported import Imported, SetAsideSummary
from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.quarantine import Quarantine
from latprobe.feed.importers.source import Source
from latprobe.feed.importers.time_order import TimeOrder
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.record.recover import journal_notes, recover
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
    """Imports as `import_recording` does, for those who need the feed alone."""
    return import_recording(
        path, out, format_name=format_name, options=options, progress=progress
    ).feed


def import_recording(
    path: str | Path,
    out: str | Path,
    *,
    format_name: str | None = None,
    options: ImportOptions | None = None,
    quarantine: str | Path | None = None,
    max_backwards_ns: int | None = None,
    expansion_limit: int = EXPANSION_LIMIT,
    progress: Progress | None = None,
) -> Imported:
    """Imports the recording at `path` as the feed `out`, at constant memory.

    Args:
        path: The recording, perhaps in an archive; or any Arrow file or stream with the columns
            of a feed; or what a recorder that was killed has left.
        out: Where the feed shall be. Only a whole feed gets there.
        format_name: Name of an importer; without one, the content decides.
        options: What the recording does not say of itself.
        quarantine: A file for bad messages; without one, the first ends the import.
        max_backwards_ns: How far a receive time may fall back behind that of the message before;
            a message that falls further is bad. Without it, as the format has it.
        expansion_limit: Most bytes of content for each byte of an archive, over 256 MiB of it.
        progress: Told how far the import is.

    Raises:
        FeedError: The recording is damaged, is of no known format, or holds no message; or `out`
            or `quarantine` cannot be written.
    """
    path, out = Path(path), Path(out)
    with ExitStack() as stack:
        set_aside = stack.enter_context(Quarantine(quarantine)) if quarantine else None
        source = stack.enter_context(Source(path, set_aside, expansion_limit=expansion_limit))
        if out.exists() and out.samefile(path):
            raise FeedError(out, None, "is the recording itself; name another file for the feed")
        if format_name is None and journal_notes(path) is not None:
            feed, _ = recover(path, out)
            return Imported(feed, source.file_bytes, _summary(set_aside), {})
        if format_name is None and source.raw_head.startswith((FILE_MAGIC, STREAM_MAGIC)):
            feed = expand(path, out)
            return Imported(feed, source.file_bytes, 0, 0, 0, _summary(set_aside), {})
        importer = _named(path, format_name) if format_name else _recognised(source)
        limit = importer.max_backwards_ns if max_backwards_ns is None else max_backwards_ns
        order = TimeOrder(source, limit)
        with FeedWriter(
            out,
            protocol=importer.protocol,
            source=f"imported from {path.name}",
            importer=f"{importer.name} {importer.version}",
        ) as writer:
            for messages in importer.read(source, options or ImportOptions()):
                for good in order.passed(messages):
                    writer.extend(good)
                if progress is not None:
                    progress(source.read_bytes, source.file_bytes)
            writer.flush()
            if not writer.messages:
                raise _no_message(source)
            if set_aside:
                # From here on there is no feed without the file of what it lacks.
                set_aside.settle()
    counts = {name: count for name, count in source.counts.items() if count}
    return Imported(
        feed=open_feed(out),
        source_bytes=source.position,
        ignored_bytes=source.ignored_bytes,
        out_of_order=order.out_of_order,
        farthest_back_ns=order.farthest_back_ns,
        set_aside=_summary(set_aside),
        counts=counts,
    )


def _no_message(source: Source) -> FeedError:
    problem = "expected a message; the recording has none"
    if source.quarantine and (first := source.quarantine.first):
        count = source.quarantine.messages
        problem += f" that is good, and {count:,} bad; the first at byte {first.offset}: "
        problem += first.problem
    return source.fail(source.position, problem)


def _summary(quarantine: Quarantine | None) -> SetAsideSummary | None:
    if quarantine is None:
        return None
    return SetAsideSummary(
        str(quarantine.path),
        quarantine.messages,
        quarantine.payload_bytes,
        dict(quarantine.problems.most_common()),
        quarantine.lost,
    )


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
