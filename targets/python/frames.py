"""What an exchange's JSON frame says: kinds, fixed-point prices, and what goes into the digest.

Fields go in as the native parsers of the family fold them, in
`targets/parsers/json/src/digest.rs`.
"""

from typing import Any

FAMILY = "json"
KINDS = ("trade", "agg_trade", "book_ticker", "depth_update", "mark_price", "other")

_DECIMALS = 8


def e8(text: str) -> int:
    """A decimal in units of 1e-8, exactly.

    Raises:
        ValueError: where it is none, or is finer than that.
    """
    whole, _, fraction = text.partition(".")
    if len(fraction) > _DECIMALS and fraction[_DECIMALS:].strip("0"):
        raise ValueError(f"{text} has more than {_DECIMALS} decimals")
    return int(whole + fraction[:_DECIMALS].ljust(_DECIMALS, "0"))


def fields_of(  # noqa: PLR0911  # a kind each
    data: dict[str, Any],
) -> tuple[str, tuple[object, ...]]:
    """The kind of a frame's data, and its fields with prices as whole numbers."""
    match data.get("e"):
        case "trade":
            return "trade", _trade(data)
        case "aggTrade":
            return "agg_trade", _agg_trade(data)
        case "bookTicker":
            return "book_ticker", _book_ticker(data)
        case "depthUpdate":
            return "depth_update", _depth_update(data)
        case "markPriceUpdate":
            return "mark_price", _mark_price(data)
        case None if "u" in data and "B" in data:
            return "book_ticker", _book_ticker(data)  # spot frames do not say what they are
        case _:
            return "other", ()


def maybe(value: object) -> object:
    """A field that may be missing: 0, or 1 and its value."""
    return None if value is None else (1, value)


def maybe_e8(text: str | None) -> object:
    """The same of a decimal; an empty text is none."""
    return None if not text else (1, e8(text))


def _contract(data: dict[str, Any]) -> tuple[object, ...]:
    return maybe(data.get("ps")), maybe(data.get("st"))


def _trade(data: dict[str, Any]) -> tuple[object, ...]:
    return (
        data["E"],
        data["T"],
        data["s"],
        data["t"],
        e8(data["p"]),
        e8(data["q"]),
        data["m"],
        maybe(data.get("M")),
        maybe(data.get("X")),
        maybe(data.get("b")),
        maybe(data.get("a")),
        *_contract(data),
    )


def _agg_trade(data: dict[str, Any]) -> tuple[object, ...]:
    return (
        data["E"],
        data["T"],
        data["s"],
        data["a"],
        e8(data["p"]),
        e8(data["q"]),
        maybe_e8(data.get("nq")),
        data["f"],
        data["l"],
        data["m"],
        maybe(data.get("M")),
        *_contract(data),
    )


def _book_ticker(data: dict[str, Any]) -> tuple[object, ...]:
    return (
        data["u"],
        data["s"],
        e8(data["b"]),
        e8(data["B"]),
        e8(data["a"]),
        e8(data["A"]),
        maybe(data.get("T")),
        maybe(data.get("E")),
        *_contract(data),
    )


def levels_of(levels: list[tuple[str, str]]) -> tuple[object, ...]:
    """How many levels there are, and the price and quantity of each."""
    return len(levels), [(e8(price), e8(quantity)) for price, quantity in levels]


def _depth_update(data: dict[str, Any]) -> tuple[object, ...]:
    return (
        data["E"],
        maybe(data.get("T")),
        data["s"],
        data["U"],
        data["u"],
        maybe(data.get("pu")),
        *levels_of(data["b"]),
        *levels_of(data["a"]),
        *_contract(data),
    )


def _mark_price(data: dict[str, Any]) -> tuple[object, ...]:
    return (
        data["E"],
        data["s"],
        e8(data["p"]),
        maybe_e8(data.get("ap")),
        e8(data["P"]),
        maybe_e8(data.get("i")),
        maybe_e8(data.get("r")),
        data["T"],
        *_contract(data),
    )
