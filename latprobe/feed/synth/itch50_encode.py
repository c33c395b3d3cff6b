"""ITCH 5.0 messages to bytes.

Source: Nasdaq TotalView-ITCH 5.0 specification, section 4. After the header (type, stock locate,
tracking number, nanoseconds since midnight in 48 bits) come the fields below; prices have 4
decimals, those of `V` 8.
"""

from struct import Struct
from typing import Final

_HEADER: Final = ">cHHHI"
_FIELDS: Final = {
    b"S": "c",  # event
    b"R": "8sccIcc2scccccIc",  # stock and its properties
    b"H": "8scc4s",  # stock, trading state, reserved, reason
    b"Y": "8sc",  # stock, Reg SHO action
    b"L": "4s8sccc",  # participant, stock, primary market maker, mode, state
    b"V": "QQQ",  # three levels
    b"W": "c",  # breached level
    b"K": "8sIcI",  # stock, release time in seconds, qualifier, price
    b"J": "8sIIII",  # stock, reference, upper, lower, extension
    b"h": "8scc",  # stock, market, action
    b"A": "QcI8sI",  # reference, side, shares, stock, price
    b"F": "QcI8sI4s",  # the same, and participant
    b"E": "QIQ",  # reference, shares, match number
    b"C": "QIQcI",  # the same, printable, price
    b"X": "QI",  # reference, shares
    b"D": "Q",  # reference
    b"U": "QQII",  # old and new reference, shares, price
    b"P": "QcI8sIQ",  # reference, side, shares, stock, price, match number
    b"Q": "Q8sIQc",  # shares, stock, price, match number, cross
    b"B": "Q",  # match number
    b"I": "QQc8sIIIcc",  # paired, imbalance, direction, stock, far, near, reference, cross, change
    b"N": "8sc",  # stock, interest
    b"O": "8scIIIQII",  # stock, eligibility, least, most, near price and time, lower, upper
}
_STRUCTS: Final = {kind: Struct(_HEADER + fields) for kind, fields in _FIELDS.items()}


def encode(kind: bytes, locate: int, since_midnight_ns: int, *fields: int | bytes) -> bytes:
    """One message, without a length before it.

    Raises:
        struct.error: The fields are not those of the type.
    """
    high, low = since_midnight_ns >> 32, since_midnight_ns & 0xFFFF_FFFF
    return _STRUCTS[kind].pack(kind, locate, 0, high, low, *fields)
