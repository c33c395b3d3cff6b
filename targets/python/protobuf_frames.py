"""protobuf on the frames of an exchange transcoded from JSON.

Its classes are made from the schema that the feed was transcoded by, with no generated code:
`latprobe feed transcode --schema` prints the same as a `.proto` file.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import frames
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from latprobe import probe
from latprobe.feed.transcode.schema import DATA, MESSAGES, OTHER, PACKAGE, STREAM, Field, snake

_PROTO = descriptor_pb2.FieldDescriptorProto
_TYPES: Final = {
    "int64": _PROTO.TYPE_INT64,
    "string": _PROTO.TYPE_STRING,
    "bool": _PROTO.TYPE_BOOL,
    "bytes": _PROTO.TYPE_BYTES,
    "Level": _PROTO.TYPE_MESSAGE,
}


def _add_field(message: descriptor_pb2.DescriptorProto, field: Field) -> None:
    added = message.field.add(name=field.name, number=field.number, type=_TYPES[field.type])
    added.label = _PROTO.LABEL_OPTIONAL
    if field.type == "Level":
        added.label, added.type_name = _PROTO.LABEL_REPEATED, f".{PACKAGE}.Level"
    if field.is_optional:
        added.proto3_optional, added.oneof_index = True, len(message.oneof_decl)
        message.oneof_decl.add(name=f"_{field.name}")


def frame_class() -> Any:
    """The class of a frame, of descriptors that are made here."""
    file = descriptor_pb2.FileDescriptorProto(name="frames.proto", package=PACKAGE, syntax="proto3")
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field in fields:
            _add_field(message, field)
    frame = file.message_type.add(name="Frame")
    frame.oneof_decl.add(name="data")
    for name, number in DATA.values():
        frame.field.add(
            name=snake(name),
            number=number,
            type=_PROTO.TYPE_MESSAGE,
            type_name=f".{PACKAGE}.{name}",
            oneof_index=0,
        )
    frame.field.add(name=OTHER.name, number=OTHER.number, type=_PROTO.TYPE_BYTES, oneof_index=0)
    _add_field(frame, STREAM)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.Frame"))


def _maybe(message: Any, name: str) -> object:
    return (1, getattr(message, name)) if message.HasField(name) else None


def _maybe_e8(message: Any, name: str) -> object:
    return frames.maybe_e8(getattr(message, name))


def _contract(message: Any) -> tuple[object, ...]:
    return _maybe(message, "ps"), _maybe(message, "st")


def _trade(it: Any) -> tuple[object, ...]:
    return (
        it.E, it.T, it.s, it.t, frames.e8(it.p), frames.e8(it.q), it.m, _maybe(it, "M"),
        _maybe(it, "X"), _maybe(it, "b"), _maybe(it, "a"), *_contract(it),
    )  # fmt: skip


def _agg_trade(it: Any) -> tuple[object, ...]:
    return (
        it.E, it.T, it.s, it.a, frames.e8(it.p), frames.e8(it.q), _maybe_e8(it, "nq"), it.f, it.l,
        it.m, _maybe(it, "M"), *_contract(it),
    )  # fmt: skip


def _book_ticker(it: Any) -> tuple[object, ...]:
    e8 = frames.e8
    return (
        it.u, it.s, e8(it.b), e8(it.B), e8(it.a), e8(it.A), _maybe(it, "T"), _maybe(it, "E"),
        *_contract(it),
    )  # fmt: skip


def _depth_update(it: Any) -> tuple[object, ...]:
    bids, asks = ([(level.price, level.quantity) for level in side] for side in (it.b, it.a))
    return (
        it.E, _maybe(it, "T"), it.s, it.U, it.u, _maybe(it, "pu"), *frames.levels_of(bids),
        *frames.levels_of(asks), *_contract(it),
    )  # fmt: skip


def _mark_price(it: Any) -> tuple[object, ...]:
    return (
        it.E, it.s, frames.e8(it.p), _maybe_e8(it, "ap"), frames.e8(it.P), _maybe_e8(it, "i"),
        _maybe_e8(it, "r"), it.T, *_contract(it),
    )  # fmt: skip


_FIELDS: Final[Mapping[str, Callable[[Any], tuple[object, ...]]]] = {
    "trade": _trade,
    "agg_trade": _agg_trade,
    "book_ticker": _book_ticker,
    "depth_update": _depth_update,
    "mark_price": _mark_price,
}


class Protobuf:
    """A frame as a message of the C implementation (upb), and its fields."""

    family = frames.FAMILY
    protocol = "protobuf"
    kinds = frames.KINDS
    stages = ("parse", "fields")

    def __init__(self) -> None:
        self.parse = frame_class().FromString
        self.stream: object = None
        self.fields: tuple[object, ...] = ()

    def on_message(self, payload: memoryview) -> str:
        frame = self.parse(payload)
        probe.mark("parse")
        kind: str = frame.WhichOneof("data")
        self.stream = _maybe(frame, "stream")
        self.fields = _FIELDS[kind](getattr(frame, kind)) if kind in _FIELDS else ()
        probe.mark("fields")
        return kind

    def digest(self) -> tuple[object, ...]:
        return self.stream, self.fields
