"""The three columns of a feed, in whatever Arrow type a tool wrote them, made plain."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from latprobe.errors import FeedError
from latprobe.feed.format import CHANNEL, PAYLOAD, RECV_NS
from latprobe.feed.messages import PlainChannels

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a file's schema is which."""

    recv_ns: int
    channel: int
    payload: int


@dataclass(frozen=True, slots=True)
class PlainBatch:
    """A record batch as plain arrays."""

    recv_ns: "npt.NDArray[np.int64]"
    offsets: "npt.NDArray[np.int64]"
    """One more than there are messages; they rise and stay inside `payload`."""
    payload: memoryview


def required_columns(path: Path, schema: pa.Schema) -> Columns:
    """Finds the columns of a feed.

    Raises:
        FeedError: One is missing, is there twice, or has a type that cannot be read as it should.
    """

    def find(name: str, readable: bool | None, expected: str) -> int:
        if readable is None:
            found = ", ".join(schema.names[:8]) or "none"
            raise FeedError(path, None, f"expected one column `{name}` ({expected}); found {found}")
        kind = schema.field(name).type
        if not readable:
            raise FeedError(path, None, f"column `{name}` is {kind}; expected {expected}")
        return schema.get_field_index(name)

    types = {
        name: schema.field(name).type if schema.names.count(name) == 1 else None
        for name in (RECV_NS, CHANNEL, PAYLOAD)
    }
    time, channel, payload = types[RECV_NS], types[CHANNEL], types[PAYLOAD]
    if channel is not None and kinds.is_dictionary(channel):
        channel = channel.value_type
    return Columns(
        find(RECV_NS, time and (kinds.is_integer(time) or kinds.is_timestamp(time)), "int64"),
        find(CHANNEL, channel and _is_text(channel), "dictionary of strings"),
        find(PAYLOAD, payload and (_is_text(payload) or _is_binary(payload)), "large_binary"),
    )


def obstacle_to_mapping(schema: pa.Schema, columns: Columns) -> str:
    """Why columns of these types cannot be replayed as they lie in the file; empty if they can."""
    time = schema.field(columns.recv_ns).type
    # Arrow keeps a timestamp in ns as the same int64 that `recv_ns` is.
    if time != pa.int64() and not (kinds.is_timestamp(time) and time.unit == "ns"):
        return f"its column `{RECV_NS}` is {time}"
    payload = schema.field(columns.payload).type
    if not (kinds.is_large_binary(payload) or kinds.is_large_string(payload)):
        return f"its column `{PAYLOAD}` is {payload}"
    return ""


def plain_batch(path: Path, recv_ns: "pa.Array[Any]", payloads: "pa.Array[Any]") -> PlainBatch:
    """Converts times and payloads of any readable type.

    Raises:
        FeedError: A value is missing.
        pyarrow.ArrowException: The arrays are damaged, or a time does not fit int64.
    """
    times = plain_times(path, recv_ns)
    _check(path, PAYLOAD, payloads)
    payloads = pc.cast(payloads, pa.large_binary())
    _, offsets, data = payloads.buffers()
    count = len(payloads)
    if offsets is None or not count:
        return PlainBatch(times, np.zeros(count + 1, np.int64), memoryview(b""))
    rising = np.frombuffer(memoryview(offsets), np.int64, count + 1, payloads.offset * 8)
    return PlainBatch(times, rising, memoryview(data if data is not None else b""))


def plain_times(path: Path, recv_ns: "pa.Array[Any]") -> "npt.NDArray[np.int64]":
    """Converts times of any readable type.

    Raises:
        FeedError: A value is missing.
        pyarrow.ArrowException: The array is damaged, or a time does not fit int64.
    """
    _check(path, RECV_NS, recv_ns)
    if kinds.is_timestamp(recv_ns.type):
        recv_ns = pc.cast(recv_ns, pa.timestamp("ns", recv_ns.type.tz)).view(pa.int64())
    times: npt.NDArray[np.int64] = pc.cast(recv_ns, pa.int64()).to_numpy(zero_copy_only=False)
    return times


def plain_channels(path: Path, channels: "pa.Array[Any]") -> PlainChannels:
    """Converts channels of any readable type.

    Raises:
        FeedError: A value is missing.
        pyarrow.ArrowException: The array is damaged.
    """
    _check(path, CHANNEL, channels)
    if not isinstance(channels, pa.DictionaryArray):
        channels = pc.dictionary_encode(pc.cast(channels, pa.string()))
    assert isinstance(channels, pa.DictionaryArray)
    _check(path, CHANNEL, channels.dictionary)
    indices = pc.cast(channels.indices, pa.int32()).to_numpy(zero_copy_only=False)
    return PlainChannels(indices, tuple(cast("list[str]", channels.dictionary.to_pylist())))


def _check(path: Path, name: str, array: "pa.Array[Any]") -> None:
    array.validate(full=True)
    if array.null_count:
        raise FeedError(path, None, f"a value of column `{name}` is missing (null)")


def _is_text(kind: pa.DataType) -> bool:
    return kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind)


def _is_binary(kind: pa.DataType) -> bool:
    plain = kinds.is_binary(kind) or kinds.is_large_binary(kind)
    return plain or kinds.is_binary_view(kind) or kinds.is_fixed_size_binary(kind)
