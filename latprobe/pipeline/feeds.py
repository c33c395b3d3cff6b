"""Finding, making or bringing in the feed that a scenario is to be run on."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from latprobe.driver.drive import Replayable
from latprobe.feed.expand import expand
from latprobe.feed.format import FILE_MAGIC, STREAM_MAGIC
from latprobe.feed.importers import IMPORTERS
from latprobe.feed.importers.import_feed import import_feed
from latprobe.feed.importers.source import Source
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.synth import GENERATORS
from latprobe.feed.synth.synth import synth
from latprobe.feed.transcode.transcode import VERSION as TRANSCODER
from latprobe.feed.transcode.transcode import transcode_feed
from latprobe.run.model import FeedRecord
from latprobe.scenario import SynthFeed

Notice = Callable[[str], None]
"""Told in a few words what is being done, where it may take a while."""


def prepare_feed(wanted: str | SynthFeed, notice: Notice) -> Feed:
    """A feed that can be replayed as it lies on the disk.

    A made-up feed, one that has to be brought in from a recording, and one that has to be expanded
    are kept in the user's cache, by everything that they depend on.

    Raises:
        FeedError: naming the file, the place in it, and what was expected there.
    """
    if isinstance(wanted, SynthFeed):
        return _made_up(wanted, notice)
    path = Path(wanted)
    if not _is_feed(path):
        versions = " ".join(f"{it.name} {it.version}" for it in IMPORTERS)
        return _kept(path, "imported", versions, lambda out: import_feed(path, out), notice)
    feed = open_feed(path)
    if feed.mappable:
        return feed
    return _kept(path, "expanded", "", lambda out: expand(path, out), notice)


def replayable(feed: Feed) -> Replayable:
    """What the driver needs of a feed."""
    batches = tuple(
        (
            it.messages,
            it.recv_ns_offset,
            it.payload_offsets_offset,
            it.payload_offset,
            it.payload_size,
        )
        for it in feed.batches
    )
    return Replayable(feed.path, batches)


def record_of(feed: Feed, name: str) -> FeedRecord:
    """What a run document keeps of a feed."""
    return FeedRecord(
        name=name,
        protocol=feed.protocol,
        source=feed.source,
        importer=feed.importer,
        sha256=feed.sha256,
        messages=feed.messages,
        synthetic=feed.synthetic,
    )


def _made_up(wanted: SynthFeed, notice: Notice) -> Feed:
    version = next(it.version for it in GENERATORS if it.protocol == wanted.synth)
    name = f"synth-{wanted.synth}-{version}-{wanted.messages}-{wanted.seed}"
    out = cache_folder("feeds") / f"{name}.arrow"
    if not out.exists():
        notice(f"making a synthetic {wanted.synth} feed of {wanted.messages:,} messages")
        synth(wanted.synth, wanted.messages, wanted.seed, out)
    if wanted.transcode is None:
        return open_feed(out)
    transcoded = out.with_name(f"{name}-{wanted.transcode}-{TRANSCODER}.arrow")
    if not transcoded.exists():
        notice(f"transcoding it to {wanted.transcode}")
        transcode_feed(out, transcoded, wanted.transcode)
    return open_feed(transcoded)


def _is_feed(path: Path) -> bool:
    with Source(path) as source:
        return source.raw_head.startswith((FILE_MAGIC, STREAM_MAGIC))


def _kept(
    path: Path, how: str, versions: str, bring: Callable[[Path], Feed], notice: Notice
) -> Feed:
    status = path.stat()
    key = f"{path.resolve()}\0{status.st_size}\0{status.st_mtime_ns}\0{how}\0{versions}"
    out = cache_folder("feeds") / f"{how}-{hashlib.sha256(key.encode()).hexdigest()[:24]}.arrow"
    if not out.exists():
        notice(f"{path.name} is being {how}")
        bring(out)
    return open_feed(out)


def cache_folder(name: str) -> Path:
    """A folder of that name in the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "latprobe" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
