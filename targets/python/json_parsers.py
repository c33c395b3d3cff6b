"""Parsers of JSON that people use, on the frames of an exchange, without a type for any of them.

Each has two stages: `parse` is the library's own work, and `fields` makes whole numbers of prices.
"""

import json
from collections.abc import Callable
from typing import Any, ClassVar

import frames
import msgspec
import orjson

from latprobe import probe


class _Untyped:
    """A frame as dictionaries and lists."""

    family = frames.FAMILY
    protocol = "json"
    kinds = frames.KINDS
    stages = ("parse", "fields")
    loads: ClassVar[Callable[[Any], Any]]

    def __init__(self) -> None:
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


class StandardLibrary(_Untyped):
    """json of the standard library, which reads no view: it is handed bytes."""

    loads = staticmethod(json.loads)


class Orjson(_Untyped):
    """orjson."""

    loads = staticmethod(orjson.loads)


class Msgspec(_Untyped):
    """msgspec without types."""

    loads = staticmethod(msgspec.json.Decoder().decode)


class PerMessage(_Untyped):
    """As one writes it first: a copy, a text, and a dictionary for each message."""

    @staticmethod
    def loads(payload: memoryview) -> Any:
        return json.loads(bytes(payload).decode("utf-8"))
