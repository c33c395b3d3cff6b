"""The protobuf schema of an exchange's JSON frames: each field is called as in JSON.

Prices and quantities stay the texts that they are there, so that the parsers of both have the same
work left to do.
"""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple

PACKAGE: Final = "latprobe.frames"

FieldType = Literal["int64", "string", "bool", "bytes", "Level"]


class Field(NamedTuple):
    """A field of a message. `Level` is a price and a quantity, and repeated."""

    name: str
    number: int
    type: FieldType
    is_optional: bool = False


def _fields(*texts: str) -> tuple[Field, ...]:
    """`E int64`, `T? int64`: numbers are given in order, from 1."""
    words = (text.split(" ") for text in texts)
    return tuple(
        Field(name.rstrip("?"), number, type_, name.endswith("?"))  # type: ignore[arg-type]
        for number, (name, type_) in enumerate(words, 1)
    )


_CONTRACT: Final = ("ps? string", "st? int64")

MESSAGES: Final[Mapping[str, tuple[Field, ...]]] = {
    "Level": _fields("price string", "quantity string"),
    "Trade": _fields(
        *("E int64", "T int64", "s string", "t int64", "p string", "q string", "m bool"),
        *("M? bool", "X? string", "b? int64", "a? int64", *_CONTRACT),
    ),
    "AggTrade": _fields(
        *("E int64", "T int64", "s string", "a int64", "p string", "q string", "nq? string"),
        *("f int64", "l int64", "m bool", "M? bool", *_CONTRACT),
    ),
    "BookTicker": _fields(
        *("u int64", "s string", "b string", "B string", "a string", "A string"),
        *("T? int64", "E? int64", *_CONTRACT),
    ),
    "DepthUpdate": _fields(
        *("E int64", "T? int64", "s string", "U int64", "u int64", "pu? int64"),
        *("b Level", "a Level", *_CONTRACT),
    ),
    "MarkPrice": _fields(
        *("E int64", "s string", "p string", "ap? string", "P string", "i? string", "r? string"),
        *("T int64", *_CONTRACT),
    ),
}
"""The fields of each message."""

STREAM: Final = Field("stream", 1, "string", is_optional=True)
"""The field of a frame that says over which stream it came."""

OTHER: Final = Field("other", 7, "bytes")
"""The field of a frame whose data fits none of the messages: it is the data's own JSON."""

DATA: Final[Mapping[str, tuple[str, int]]] = {
    "trade": ("Trade", 2),
    "aggTrade": ("AggTrade", 3),
    "bookTicker": ("BookTicker", 4),
    "depthUpdate": ("DepthUpdate", 5),
    "markPriceUpdate": ("MarkPrice", 6),
}
"""What JSON calls each kind of data, the message that it is, and its number in a frame."""


def snake(name: str) -> str:
    """`AggTrade` as a frame calls its field: `agg_trade`."""
    return "".join(f"_{it.lower()}" if it.isupper() else it for it in name).lstrip("_")


def proto_text() -> str:
    """The schema as a `.proto` file, which any generator of code reads."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield 'syntax = "proto3";'
    yield f"package {PACKAGE};"
    for name, fields in MESSAGES.items():
        yield f"\nmessage {name} {{"
        yield from (f"  {_line(it)}" for it in fields)
        yield "}"
    yield "\nmessage Frame {"
    yield f"  {_line(STREAM)}"
    yield "  oneof data {"
    for name, number in DATA.values():
        yield f"    {name} {snake(name)} = {number};"
    yield f"    {_line(OTHER)}"
    yield "  }"
    yield "}\n"


def _line(field: Field) -> str:
    before = "optional " if field.is_optional else "repeated " if field.type == "Level" else ""
    return f"{before}{field.type} {field.name} = {field.number};"
