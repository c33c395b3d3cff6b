"""Parsers of JSON that people use, on the frames of an exchange, without a type for any of them.

There are two stages: `parse` is the library's own work, and `fields` makes whole numbers of prices.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import frames
import msgspec
import orjson

from latprobe import probe


def _as_first_written(payload: memoryview) -> Any:
    """A copy, a text, and dictionaries for each message."""
    return json.loads(bytes(payload).decode("utf-8"))


LIBRARIES: Final[Mapping[str, Callable[[Any], Any]]] = {
    "first": _as_first_written,
    "json": json.loads,  # reads no view: it is handed bytes
    "orjson": orjson.loads,
    "msgspec": msgspec.json.Decoder().decode,
}


class Untyped:
    """A frame as dictionaries and lists, by one of `LIBRARIES`."""

    family = frames.FAMILY
    protocol = "json"
    kinds = frames.KINDS
    stages = ("parse", "fields")

    def __init__(self, library: str) -> None:
        self.loads = LIBRARIES[library]
        self.stream: str | None = None
        self.fields: tuple[object, ...] = ()

    def on_message(self, payload: Any) -> str:
        frame = self.loads(payload)
        probe.mark("parse")
        self.stream = frame.get("stream")
        kind, self.fields = frames.fields_of(frame.get("data", frame))
        probe.mark("fields")
        return kind

    def digest(self) -> tuple[object, ...]:
        return frames.maybe(self.stream), self.fields
