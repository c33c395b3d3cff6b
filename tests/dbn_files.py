"""DBN files made by hand, with metadata of the `databento-dbn` package."""

import struct
from collections.abc import Sequence
from typing import Any, Final

import databento_dbn as dbn

EVENT_NS: Final = 1_704_207_600_000_000_000
RECEIVED_NS: Final = EVENT_NS + 1234
"""2024-01-02 15:00:00.000001234 UTC."""


def metadata(
    version: int,
    *,
    schema: str | None = None,
    mappings: Sequence[Any] = (),
    stype_in: str = "raw_symbol",
    stype_out: str = "instrument_id",
    ts_out: bool = False,
) -> bytes:
    made = dbn.Metadata(
        "GLBX.MDP3",
        EVENT_NS,
        dbn.SType.from_str(stype_in),
        dbn.SType.from_str(stype_out),
        dbn.Schema.from_str(schema) if schema else None,
        symbols=["ESH4"],
        mappings=list(mappings),
        ts_out=ts_out,
        version=version,
    )
    return bytes(made)


def record(
    kind: int,
    size: int,
    *,
    receive_time_at: int = 8,
    instrument: int = 17077,
    event_ns: int = EVENT_NS,
    received_ns: int = RECEIVED_NS,
    fill: bytes = b"\0",
) -> bytes:
    """A record whose fields are zero, but for those of the header and its receive time."""
    out = bytearray(fill * size)
    out[:16] = struct.pack("<BBHIQ", size // 4, kind, 1, instrument, event_ns)
    if receive_time_at != 8:
        out[receive_time_at : receive_time_at + 8] = received_ns.to_bytes(8, "little")
    return bytes(out)


def mbo(**fields: Any) -> bytes:
    return record(160, 56, receive_time_at=40, **fields)
