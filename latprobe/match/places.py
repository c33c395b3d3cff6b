"""Looking into payloads, which may hold anything: what is not there is `None`, never an error."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from latprobe.match.key import number_text

_SOH: Final = b"\x01"


class _Decimal(str):
    """A JSON number that is not whole, as it was written."""

    __slots__ = ()


class Documents:
    """Decodes JSON payloads, each once however many expressions look into it in turn."""

    def __init__(self) -> None:
        self._decoder = msgspec.json.Decoder(float_hook=_Decimal)
        self._payload: bytes | None = None
        self._document: Any = None

    def read(self, payload: bytes) -> Any:
        """The document; `None` for what is no JSON."""
        if payload is not self._payload:
            self._payload = payload
            try:
                self._document = self._decoder.decode(payload)
            except (msgspec.DecodeError, RecursionError, ValueError):
                self._document = None
        return self._document


def json_value(document: Any, path: Sequence[str | int]) -> str | None:
    """The value at a path of names and indices, as text; `None` for null, objects and arrays."""
    for step in path:
        if isinstance(step, str):
            document = document.get(step) if isinstance(document, dict) else None
        elif isinstance(document, list) and -len(document) <= step < len(document):
            document = document[step]
        else:
            return None
    return _as_text(document)


def _as_text(value: Any) -> str | None:
    match value:
        case bool():
            return "true" if value else "false"
        case _Decimal():
            return number_text(value)
        case str():
            return value
        case int():
            try:
                return str(value)
            except ValueError:  # more digits than Python converts
                return None
    return None


def fix_field(payload: bytes, tag: bytes) -> bytes | None:
    """The value of the first field with a tag. Fields end in SOH, or in `|` where there is none."""
    separator = _SOH if _SOH in payload else b"|"
    head = tag + b"="
    if payload.startswith(head):
        start = len(head)
    else:
        at = payload.find(separator + head)
        if at < 0:
            return None
        start = at + 1 + len(head)
    end = payload.find(separator, start)
    return payload[start:] if end < 0 else payload[start:end]


def bytes_at(payload: bytes, offset: int, length: int) -> bytes | None:
    """So many bytes at an offset, which counts from the end where it is negative."""
    start = offset if offset >= 0 else len(payload) + offset
    if start < 0 or start + length > len(payload):
        return None
    return payload[start : start + length]
