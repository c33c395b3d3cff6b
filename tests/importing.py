"""Importers driven over content in memory, in whatever pieces a test likes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from latprobe.errors import FeedError
from latprobe.feed.importers.importer import Importer, ImportOptions
from latprobe.feed.importers.source import HEAD_BYTES, Source
from latprobe.feed.messages import Block

_PATH: Final = Path("source")


@dataclass(frozen=True)
class SetAside:
    offset: int | None
    problem: str
    content: bytes


@dataclass
class Pieces:
    """A source whose content comes in given pieces; what is bad is set aside in `aside`."""

    pieces: Sequence[bytes]
    quarantined: bool = False
    path: Path = _PATH
    counts: Counter[str] = field(default_factory=Counter)
    aside: list[SetAside] = field(default_factory=list)

    def head(self) -> bytes:
        return b"".join(self.pieces)[:HEAD_BYTES]

    def chunks(self) -> Iterator[bytes]:
        yield from (piece for piece in self.pieces if piece)

    def fail(self, offset: int, problem: str) -> FeedError:
        return FeedError(self.path, offset, problem)

    def bad(self, offset: int | None, problem: str, content: bytes) -> None:
        if not self.quarantined:
            raise FeedError(self.path, offset, problem)
        self.aside.append(SetAside(offset, problem, content))


@dataclass(frozen=True)
class Read:
    """What an importer made of a source."""

    recv_ns: list[int]
    channels: list[str]
    payloads: list[bytes]
    places: list[int]
    counts: dict[str, int]
    aside: list[SetAside]


def read(
    importer: Importer,
    content: bytes | Sequence[bytes],
    options: ImportOptions | None = None,
    *,
    quarantined: bool = False,
) -> Read:
    pieces = [content] if isinstance(content, bytes) else content
    source = Pieces(pieces, quarantined)
    out = Read([], [], [], [], source.counts, source.aside)
    for part in importer.read(cast("Source", source), options or ImportOptions()):
        messages = part.messages() if isinstance(part, Block) else part
        out.recv_ns.extend(messages.recv_ns)
        out.channels.extend(messages.channels)
        out.payloads.extend(messages.payloads)
        out.places.extend(messages.places or ())
    assert len(out.recv_ns) == len(out.channels) == len(out.payloads)
    assert len(out.places) in {0, len(out.payloads)}
    return out


def cut(content: bytes, sizes: Sequence[int]) -> list[bytes]:
    """Content in pieces of the given sizes, again and again."""
    pieces, place, number = [], 0, 0
    while place < len(content):
        size = sizes[number % len(sizes)]
        pieces.append(content[place : place + size])
        place, number = place + size, number + 1
    return pieces
