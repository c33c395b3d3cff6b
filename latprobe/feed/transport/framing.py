"""How messages are told apart in a stream of bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from latprobe.feed.format import MESSAGE_LIMIT_BYTES


class FramingError(Exception):
    """A stream cannot be of the framing, or a message cannot be put into it."""


@dataclass(frozen=True, slots=True)
class Framing:
    """One way to put messages into a stream, and to get them out again."""

    name: str
    """What `--framing` calls it."""
    summary: str
    """One line for people."""
    encode: Callable[[bytes], bytes]
    """A message as it stands in the stream. Raises `FramingError` where it cannot stand there."""
    decoder: Callable[[], "Decoder"]


class Decoder:
    """Takes a stream in pieces, and gives its messages whole.

    Args:
        split: Finds the next message from a position on: where it begins, where it ends and where
            the next begins; or none, where more bytes are needed.
    """

    def __init__(self, split: "Split") -> None:
        self._split = split
        self._held = bytearray()
        self.problem = ""
        """Why the stream is not of the framing; empty while it may be."""

    @property
    def unfinished_bytes(self) -> int:
        """Bytes of a message that has not ended yet."""
        return len(self._held)

    def decode(self, data: bytes) -> list[bytes]:
        """The messages that `data` completes, up to what is not of this framing: see `problem`."""
        # Whole messages in one piece, which is the usual case, are not copied twice.
        if self._held:
            self._held += data
            data = bytes(self._held)
        messages: list[bytes] = []
        position = 0
        try:
            while (found := self._split(data, position)) is not None:
                start, stop, position = found
                messages.append(data[start:stop])
        except FramingError as error:
            self.problem = str(error)
        self._held = bytearray(data[position:])
        return messages


Split = Callable[[bytes, int], tuple[int, int, int] | None]


def _lines() -> Framing:
    def encode(message: bytes) -> bytes:
        if b"\n" in message:
            raise FramingError("it has a line feed inside, and framing `lines` ends it there")
        return message + b"\n"

    def split(data: bytes, position: int) -> tuple[int, int, int] | None:
        end = data.find(b"\n", position)
        if end < 0:
            _check_length(len(data) - position)
            return None
        _check_length(end - position)
        return position, end, end + 1

    return Framing("lines", "a line feed after each message", encode, lambda: Decoder(split))


def _lengths(name: str, size: int, order: str) -> Framing:
    big = order == "big"
    limit = min(256**size - 1, MESSAGE_LIMIT_BYTES)

    def encode(message: bytes) -> bytes:
        if len(message) > limit:
            problem = f"it has {len(message):,} bytes, and framing `{name}` takes {limit:,} at most"
            raise FramingError(problem)
        return len(message).to_bytes(size, "big" if big else "little") + message

    def split(data: bytes, position: int) -> tuple[int, int, int] | None:
        start = position + size
        if start > len(data):
            return None
        length = int.from_bytes(data[position:start], "big" if big else "little")
        _check_length(length)
        stop = start + length
        return (start, stop, stop) if stop <= len(data) else None

    summary = f"a length of {size} bytes, {order} endian, before each message, not counting itself"
    return Framing(name, summary, encode, lambda: Decoder(split))


def _chunks() -> Framing:
    def split(data: bytes, position: int) -> tuple[int, int, int] | None:
        return (position, len(data), len(data)) if position < len(data) else None

    summary = "none: each read of the stream is taken for a message"
    return Framing("chunks", summary, bytes, lambda: Decoder(split))


def _check_length(length: int) -> None:
    if length > MESSAGE_LIMIT_BYTES:
        problem = f"a message of {length:,} bytes or more, over the limit of 16 MiB"
        raise FramingError(f"{problem}; is the framing another?")


FRAMINGS: Final = {
    it.name: it
    for it in (
        _lines(),
        _lengths("u16be", 2, "big"),
        _lengths("u16le", 2, "little"),
        _lengths("u32be", 4, "big"),
        _lengths("u32le", 4, "little"),
        _chunks(),
    )
}
"""Every framing, by its name."""
