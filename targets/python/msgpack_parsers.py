"""Parsers of MessagePack that people use, on the frames of an exchange transcoded from JSON.

The stages are those of `json_parsers`: `parse` is the library's own work, and `fields` makes whole
numbers of prices.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import frames
import msgpack  # type: ignore[import-untyped]
import msgspec
import ormsgpack

from latprobe import probe

LIBRARIES: Final[Mapping[str, Callable[[Any], Any]]] = {
    "msgpack": msgpack.unpackb,
    "ormsgpack": ormsgpack.unpackb,
    "msgspec": msgspec.msgpack.Decoder().decode,
}


class Untyped:
    """A frame as dictionaries and lists, by one of `LIBRARIES`."""

    family = frames.FAMILY
    protocol = "msgpack"
    kinds = frames.KINDS
    stages = ("parse", "fields")

    def __init__(self, library: str) -> None:
        self.loads = LIBRARIES[library]
        self.stream: str | None = None
        self.fields: tuple[object, ...] = ()

    def on_message(self, payload: memoryview) -> str:
        frame = self.loads(payload)
        probe.mark("parse")
        self.stream = frame.get("stream")
        kind, self.fields = frames.fields_of(frame.get("data", frame))
        probe.mark("fields")
        return kind

    def digest(self) -> tuple[object, ...]:
        return frames.maybe(self.stream), self.fields
