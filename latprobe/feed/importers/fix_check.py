"""Whether a FIX message has the length and the checksum that it states."""

import re
from typing import Final

_LENGTH: Final = re.compile(rb"(?:8|1128)=[^\x01]*\x019=(\d{1,9})\x01")
_CHECKSUM: Final = re.compile(rb"\x0110=(\d{3})\x01?\Z")


def wrong_in(message: bytes) -> str | None:
    """What was expected of the length or checksum of a message; `None` if both are right.

    Args:
        message: With SOH after each field; it ends with tag 10, whose own SOH may be missing.
    """
    stated = _LENGTH.match(message)
    checksum = _CHECKSUM.search(message, max(0, len(message) - 8))
    if stated is None or checksum is None:
        return "expected a FIX message with its length in tag 9 and its checksum in tag 10"
    # FIX session layer: the length counts from after tag 9 to before tag 10, and the checksum is
    # the sum of all bytes before tag 10, modulo 256.
    body = checksum.start() + 1 - stated.end()
    if body != int(stated[1]):
        return f"expected a body length (tag 9) as it is counted; found {stated[1].decode()}"
    total = sum(message[: checksum.start() + 1]) % 256
    if total != int(checksum[1]):
        return f"expected a checksum (tag 10) as it is counted; found {checksum[1].decode()}"
    return None
