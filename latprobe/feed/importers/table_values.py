"""Columns of a table, in whatever Arrow type they are, as what a feed has."""

import base64
import binascii
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.types as kinds

from latprobe.feed.format import MESSAGE_LIMIT_BYTES
from latprobe.feed.importers.moments import nanoseconds_from_moment, nanoseconds_from_value
from latprobe.feed.importers.times import nanoseconds_from_number
from latprobe.feed.messages import PlainChannels

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

# The stubs of these functions know too few of the types that they take.
pc: Any = pyarrow.compute

CHANNEL_WITHOUT_COLUMN: Final = "table"
_INT64_LIMIT: Final = 2**63
_DIGITS: Final = 18
# Magnitudes from which the unit of a number is another; see `times`.
_UNITS_FROM: Final = (0, 10**11, 10**14, 10**17)


def times_of(column: "pa.Array[Any]") -> "tuple[Integers, Flags] | None":
    """Times in nanoseconds since 1970, and which of them are good; `None` for a type of no times.

    Raises:
        pyarrow.ArrowException: The array is damaged.
    """
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    kind = column.type
    if kinds.is_timestamp(kind):
        # Of what is out of range Arrow would give the remainder.
        unit_ns = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}[kind.unit]
        return _scaled(_numbers(pc.cast(column.view(pa.int64()), pa.int64())), unit_ns, column)
    if kinds.is_integer(kind):
        return _integers(column)
    if kinds.is_floating(kind) or kinds.is_decimal(kind):
        return _each(column, _from_number)
    if is_bytes(kind):
        binary = pc.cast(column, pa.large_binary())
        return _digits(binary) or _each(binary, nanoseconds_from_moment)
    return None


def payloads_of(column: "pa.Array[Any]", encoding: str) -> "tuple[pa.Array[Any], Flags] | None":
    """Payloads as large_binary, and which of them are good; `None` for a type of no bytes.

    Raises:
        pyarrow.ArrowException: The array is damaged.
    """
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    if not is_bytes(column.type):
        return None
    binary = pc.cast(column, pa.large_binary())
    if encoding != "raw":
        decode = _from_base64 if encoding == "base64" else _from_hex
        values = [None if it is None else decode(it) for it in binary.to_pylist()]
        binary = pa.array(values, pa.large_binary())
    return binary, byte_sizes(binary, MESSAGE_LIMIT_BYTES + 1) <= MESSAGE_LIMIT_BYTES


def byte_sizes(column: "pa.Array[Any]", missing: int = 0) -> "Integers":
    """Bytes of each value; 0 where the type has none, and `missing` where there is no value."""
    if isinstance(column, pa.DictionaryArray):
        sizes = byte_sizes(column.dictionary, missing)
        indices = pc.fill_null(column.indices, 0).to_numpy(zero_copy_only=False)
        return sizes[indices] if len(sizes) else np.zeros(len(column), np.int64)
    if not is_bytes(column.type):
        return np.zeros(len(column), np.int64)
    known = pc.fill_null(pc.cast(pc.binary_length(column), pa.int64()), missing)
    return np.asarray(known.to_numpy(zero_copy_only=False), np.int64)


def channels_of(column: "pa.Array[Any] | None", count: int) -> PlainChannels | None:
    """Channels by their names; a missing one is `table`. `None` for a type of no names.

    Raises:
        pyarrow.ArrowException: The array is damaged.
    """
    if column is None:
        return PlainChannels(np.zeros(count, np.int32), (CHANNEL_WITHOUT_COLUMN,))
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    kind = column.type
    if not (is_bytes(kind) or kinds.is_integer(kind) or kinds.is_boolean(kind)):
        return None
    if is_bytes(kind):
        # Bytes that are no UTF-8 are a name all the same.
        column = pc.cast(column, pa.large_binary())
    encoded = column.dictionary_encode(null_encoding="encode")
    names = [_name(value) for value in encoded.dictionary.to_pylist()]
    number_of: dict[str, int] = {}
    numbers = np.array([number_of.setdefault(it, len(number_of)) for it in names], np.int32)
    indices = encoded.indices.to_numpy(zero_copy_only=False)
    return PlainChannels(numbers[indices], tuple(number_of))


def _name(value: Any) -> str:
    if value is None or value == b"":
        return CHANNEL_WITHOUT_COLUMN
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def is_bytes(kind: pa.DataType) -> bool:
    """Whether values of a type are bytes or text."""
    text = kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind)
    plain = kinds.is_binary(kind) or kinds.is_large_binary(kind) or kinds.is_binary_view(kind)
    return text or plain or kinds.is_fixed_size_binary(kind)


def _numbers(column: "pa.Array[Any]") -> "Integers":
    """A column of integers; what is missing is -1, which is no time."""
    return np.asarray(pc.fill_null(column, -1).to_numpy(zero_copy_only=False), np.int64)


def _scaled(values: "Integers", unit_ns: int, column: "pa.Array[Any]") -> "tuple[Integers, Flags]":
    good = (values >= 0) & (values <= (_INT64_LIMIT - 1) // unit_ns)
    if column.null_count:
        good &= column.is_valid().to_numpy(zero_copy_only=False)
    return np.where(good, values, 0) * unit_ns, good


def _integers(column: "pa.Array[Any]") -> "tuple[Integers, Flags]":
    """Numbers whose unit their magnitude tells."""
    if column.type == pa.uint64():
        # What does not fit is no time.
        fits = pc.less(column, pa.scalar(_INT64_LIMIT, pa.uint64()))
        column = pc.if_else(fits, column, pa.scalar(None, pa.uint64()))
    values = _numbers(pc.cast(column, pa.int64()))
    units = np.array([nanoseconds_from_number(it + 1) // (it + 1) for it in _UNITS_FROM], np.int64)
    unit_ns = units[np.searchsorted(np.array(_UNITS_FROM[1:]), values, side="right")]
    good = (values >= 0) & (values <= (_INT64_LIMIT - 1) // unit_ns)
    return np.where(good, values, 0) * unit_ns, good


def _digits(binary: "pa.Array[Any]") -> "tuple[Integers, Flags] | None":
    """Times that are written as digits alone, all of them; `None` if they are not."""
    if binary.null_count or not len(binary):
        return None
    sizes = byte_sizes(binary)
    _, offsets, data = binary.buffers()
    if data is None or offsets is None or sizes.min() == 0 or sizes.max() > _DIGITS + 1:
        return None
    ends = np.frombuffer(memoryview(offsets), np.int64)[
        binary.offset : binary.offset + len(binary) + 1
    ]
    text = np.frombuffer(memoryview(data), np.uint8)[ends[0] : ends[-1]]
    if not ((text >= ord("0")) & (text <= ord("9"))).all():
        return None
    try:
        return _integers(pc.cast(pc.cast(binary, pa.large_string()), pa.int64()))
    except pa.ArrowInvalid:
        return None  # a number of 19 digits that does not fit


def _each(
    column: "pa.Array[Any]", convert: Callable[[Any], int | None]
) -> "tuple[Integers, Flags]":
    times = [None if value is None else convert(value) for value in column.to_pylist()]
    good = np.array([time is not None for time in times], np.bool_)
    return np.array([time or 0 for time in times], np.int64), good


def _from_number(value: float | Decimal) -> int | None:
    if isinstance(value, Decimal):
        return nanoseconds_from_moment(format(value, "f").encode()) if value.is_finite() else None
    return nanoseconds_from_value(value)


def _from_base64(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return None


def _from_hex(text: bytes) -> bytes | None:
    """Hexadecimal, also with what databases write before it."""
    digits = text[2:] if text[:2] in (b"0x", b"\\x") else text
    try:
        return binascii.unhexlify(digits)
    except binascii.Error:
        return None
