"""msgspec with a type for each frame: fields are read to where they belong, others dropped."""

from typing import Any

import frames
import msgspec

from latprobe import probe


class Trade(msgspec.Struct, tag_field="e", tag="trade", gc=False):
    E: int
    T: int
    s: str
    t: int
    p: str
    q: str
    m: bool
    M: bool | None = None
    X: str | None = None
    b: int | None = None
    a: int | None = None
    ps: str | None = None
    st: int | None = None

    def fields(self) -> tuple[str, tuple[object, ...]]:
        maybe = frames.maybe
        return "trade", (
            self.E, self.T, self.s, self.t, frames.e8(self.p), frames.e8(self.q), self.m,
            maybe(self.M), maybe(self.X), maybe(self.b), maybe(self.a), maybe(self.ps),
            maybe(self.st),
        )  # fmt: skip


class AggTrade(msgspec.Struct, tag_field="e", tag="aggTrade", gc=False):
    E: int
    T: int
    s: str
    a: int
    p: str
    q: str
    f: int
    l: int  # noqa: E741  # the exchange's name
    m: bool
    nq: str | None = None
    M: bool | None = None
    ps: str | None = None
    st: int | None = None

    def fields(self) -> tuple[str, tuple[object, ...]]:
        maybe = frames.maybe
        return "agg_trade", (
            self.E, self.T, self.s, self.a, frames.e8(self.p), frames.e8(self.q),
            frames.maybe_e8(self.nq), self.f, self.l, self.m, maybe(self.M), maybe(self.ps),
            maybe(self.st),
        )  # fmt: skip


class BookTicker(msgspec.Struct, tag_field="e", tag="bookTicker", gc=False):
    u: int
    s: str
    b: str
    B: str
    a: str
    A: str
    T: int | None = None
    E: int | None = None
    ps: str | None = None
    st: int | None = None

    def fields(self) -> tuple[str, tuple[object, ...]]:
        e8, maybe = frames.e8, frames.maybe
        return "book_ticker", (
            self.u, self.s, e8(self.b), e8(self.B), e8(self.a), e8(self.A), maybe(self.T),
            maybe(self.E), maybe(self.ps), maybe(self.st),
        )  # fmt: skip


class DepthUpdate(msgspec.Struct, tag_field="e", tag="depthUpdate", gc=False):
    E: int
    s: str
    U: int
    u: int
    b: list[tuple[str, str]]
    a: list[tuple[str, str]]
    T: int | None = None
    pu: int | None = None
    ps: str | None = None
    st: int | None = None

    def fields(self) -> tuple[str, tuple[object, ...]]:
        maybe = frames.maybe
        return "depth_update", (
            self.E, maybe(self.T), self.s, self.U, self.u, maybe(self.pu),
            *frames.levels_of(self.b), *frames.levels_of(self.a), maybe(self.ps), maybe(self.st),
        )  # fmt: skip


class MarkPrice(msgspec.Struct, tag_field="e", tag="markPriceUpdate", gc=False):
    E: int
    s: str
    p: str
    P: str
    T: int
    ap: str | None = None
    i: str | None = None
    r: str | None = None
    ps: str | None = None
    st: int | None = None

    def fields(self) -> tuple[str, tuple[object, ...]]:
        maybe_e8 = frames.maybe_e8
        return "mark_price", (
            self.E, self.s, frames.e8(self.p), maybe_e8(self.ap), frames.e8(self.P),
            maybe_e8(self.i), maybe_e8(self.r), self.T, frames.maybe(self.ps),
            frames.maybe(self.st),
        )  # fmt: skip


class Frame(msgspec.Struct, gc=False):
    stream: str
    data: Trade | AggTrade | BookTicker | DepthUpdate | MarkPrice


class Typed:
    """msgspec with types; frames that have none are read without."""

    family = frames.FAMILY
    protocol = "json"
    kinds = frames.KINDS
    stages = ("parse", "fields")

    def __init__(self) -> None:
        self.typed = msgspec.json.Decoder(Frame)
        self.untyped = msgspec.json.Decoder()
        self.said: tuple[object, ...] = ()

    def on_message(self, payload: memoryview) -> str:
        try:
            frame = self.typed.decode(payload)
        except msgspec.ValidationError:
            return self._without_types(self.untyped.decode(payload))
        probe.mark("parse")
        kind, fields = frame.data.fields()
        self.said = (frames.maybe(frame.stream), fields)
        probe.mark("fields")
        return kind

    def _without_types(self, frame: dict[str, Any]) -> str:
        probe.mark("parse")
        kind, fields = frames.fields_of(frame.get("data", frame))
        self.said = (frames.maybe(frame.get("stream")), fields)
        probe.mark("fields")
        return kind

    def digest(self) -> tuple[object, ...]:
        return self.said
