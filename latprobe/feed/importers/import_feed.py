"""Brings a recording in."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from latprobe.errors import FeedError
from latprobe.feed.arrow_source import arrow_errors, arrow_schema
from latprobe.feed.expand import expand
from latprobe.feed.format import CHANNEL, FILE_MAGIC, PAYLOAD, RECV_NS, STREAM_MAGIC
from latprobe.feed.importers import IMPORTERS
from latprobe.feed.importers.archive import EXPANSION_LIMIT
from latprobe.feed.importers.import_options import unused_option
from latprobe.feed.importers.imported import Imported, set_aside_summary
from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.quarantine import Quarantine
from latprobe.feed.importers.recognise import importer_for
from latprobe.feed.importers.source import Source
from latprobe.feed.importers.time_order import TimeOrder
from latprobe.feed.messages import Block, Messages
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.record.recover import journal_notes, recover
from latprobe.feed.whole_file import clear_leftovers
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
    aside_path = Path(quarantine) if quarantine is not None else None
    with ExitStack() as stack:
        # The source is opened first: a path that is wrong shall not cost a quarantine its file.
        source = stack.enter_context(Source(path, expansion_limit=expansion_limit))
        _check_places(path, out, aside_path)
        cleared = clear_leftovers(out) + (clear_leftovers(aside_path) if aside_path else 0)
        aside = stack.enter_context(Quarantine(aside_path)) if aside_path else None
        source.quarantine = aside
        options = options or ImportOptions()
        if format_name is None and journal_notes(path) is not None:
            order = TimeOrder(source, None)
            feed, _ = recover(path, out)
            source.position = source.file_bytes
        elif format_name is None and options == ImportOptions() and _is_feed(source):
            order = TimeOrder(source, max_backwards_ns)
            feed = expand(path, out, lambda block: _counted(source, order, block, progress))
        else:
            importer = importer_for(source, format_name)
            if unused := unused_option(importer, options, IMPORTERS):
                raise FeedError(path, None, unused)
            limit = importer.max_backwards_ns if max_backwards_ns is None else max_backwards_ns
            order = TimeOrder(source, limit)
            feed = _import(source, importer, options, order, out, progress)
    return Imported(
        feed=feed,
        source_bytes=source.position,
        ignored_bytes=source.ignored_bytes,
        out_of_order=order.out_of_order,
        farthest_back_ns=order.farthest_back_ns,
        set_aside=set_aside_summary(aside),
        leftovers_cleared=cleared,
        counts={name: count for name, count in source.counts.items() if count},
    )


def _import(
    source: Source,
    importer: Importer,
    options: ImportOptions,
    order: TimeOrder,
    out: Path,
    progress: Progress | None,
) -> Feed:
    with FeedWriter(
        out,
        protocol=_protocol(importer, source, options),
        source=f"imported from {source.path.name}",
        importer=f"{importer.name} {importer.version}",
    ) as writer:
        for messages in importer.read(source, options):
            for good in order.passed(messages):
                writer.extend(good)
            if progress is not None:
                progress(source.read_bytes, source.file_bytes)
        writer.flush()
        if not writer.messages:
            raise _no_message(source)
        if source.quarantine:
            # From here on there is no feed without the file of what it lacks.
            source.quarantine.settle()
    return open_feed(out)


def _is_feed(source: Source) -> bool:
    """Whether it is an Arrow table that has the columns of a feed, by their names."""
    if not source.raw_head.startswith((FILE_MAGIC, STREAM_MAGIC)):
        return False
    with arrow_errors(source.path):
        names = arrow_schema(source.path).names
    return {RECV_NS, CHANNEL, PAYLOAD} <= set(names)


def _protocol(importer: Importer, source: Source, options: ImportOptions) -> str:
    if options.protocol or importer.protocol_of is None:
        return options.protocol or importer.protocol or options.capture.protocol
    return importer.protocol_of(source.head())


def _counted(
    source: Source, order: TimeOrder, block: Block, progress: Progress | None
) -> Iterator[Messages | Block]:
    """A block of an Arrow table, which is read by Arrow and not through the source."""
    yield from order.passed(block)
    source.position += len(block.payload)
    if progress is not None:
        progress(min(source.position, source.file_bytes), source.file_bytes)


def _check_places(source: Path, out: Path, quarantine: Path | None) -> None:
    """Nothing is written over the recording, and each file has a name of its own."""
    if _same(source, out):
        raise FeedError(out, None, "is the recording itself; name another file for the feed")
    if quarantine is not None and (_same(source, quarantine) or _same(out, quarantine)):
        other = "recording" if _same(source, quarantine) else "feed"
        problem = f"is the {other} itself; name another file for what is set aside"
        raise FeedError(quarantine, None, problem)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve() or one.samefile(other)
    except OSError:
        return False  # one of them is not there yet


def _no_message(source: Source) -> FeedError:
    problem = "expected a message; the recording has none"
    if source.quarantine and (first := source.quarantine.first):
        count = source.quarantine.messages
        problem += f" that is good, and {count:,} bad; the first at byte {first.offset}: "
        problem += first.problem
    elif source.quarantine and (lost := source.quarantine.lost):
        problem += f", since {lost.problem}"
    return source.fail(source.position, problem)
