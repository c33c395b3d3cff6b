"""Which format a recording is of."""

from pathlib import Path
from typing import Final

from latprobe.errors import FeedError
from latprobe.feed.format import FILE_MAGIC, STREAM_MAGIC
from latprobe.feed.importers import IMPORTERS
from latprobe.feed.importers.codecs import MAGIC_BYTES, codec_of
from latprobe.feed.importers.importer import Importer
from latprobe.feed.importers.source import Source

_SHOWN_BYTES: Final = 16
_KNOWN_OTHERS: Final = {
    b"PK\x03\x04": "a zip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a rar archive",
    b"\x02\x21\x4c\x18": "an archive of the legacy lz4 format",
    b"\x1f\x9d": "an archive of `compress`",
}
"""What people have as well, by its magic, and have to unpack themselves."""


def importer_for(source: Source, format_name: str | None) -> Importer:
    """The importer of a format that the user named, or else the first that knows the content.

    Raises:
        FeedError: There is none.
    """
    if format_name is not None:
        return _named(source.path, format_name)
    head = source.head()
    for importer in IMPORTERS:
        if importer.recognises(head):
            return importer
    raise source.fail(0, f"expected a recording that is one of {_names()}; {_found(source, head)}")


def _named(path: Path, name: str) -> Importer:
    for importer in IMPORTERS:
        if importer.name == name:
            return importer
    raise FeedError(path, None, f"no format is called {name!r}; there are {_names()}")


def _names() -> str:
    return ", ".join(importer.name for importer in IMPORTERS)


def _found(source: Source, head: bytes) -> str:
    if not head:
        return "this one is empty"
    for magic, what in _KNOWN_OTHERS.items():
        if head.startswith(magic):
            return f"this is {what}: unpack it first"
    if source.codec:
        inner = codec_of(head[:MAGIC_BYTES])
        if inner is not None:
            return f"this is a {inner.name} archive in a {source.codec} archive: unpack one first"
        if head.startswith((FILE_MAGIC, STREAM_MAGIC)):
            return f"this is an Arrow file in a {source.codec} archive: unpack it first"
    return f"this one begins with {head[:_SHOWN_BYTES].hex(' ')}"
