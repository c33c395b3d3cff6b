"""Keys: what is compared, in one form whatever encoding it was found in."""

import re
from decimal import Context, Decimal
from hashlib import blake2b
from typing import Final

Atom = str | bytes
"""Text is compared with text, and bytes with bytes."""

Key = Atom | tuple[Atom, ...]
"""What one expression found in one payload: an atom for each of its parts."""

LONGEST_ATOM: Final = 64
"""What is longer, in characters or bytes, is compared by its digest, so that memory is bounded."""

LONGEST_LABEL: Final = 64
"""Characters of a key that are shown."""

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_EXACT: Final = Context(prec=2 * LONGEST_ATOM)


def digest(content: bytes) -> bytes:
    """128 bits that two different contents do not share, by any chance that matters."""
    return blake2b(content, digest_size=16).digest()


def atom_of_text(text: str) -> Atom:
    """Text as a part of a key."""
    return text if len(text) <= LONGEST_ATOM else digest(text.encode("utf-8", "backslashreplace"))


def atom_of_bytes(content: bytes) -> Atom:
    """Bytes as a part of a key."""
    return content if len(content) <= LONGEST_ATOM else digest(content)


def text_of(content: bytes) -> str:
    r"""Bytes that are meant as text; those that are no UTF-8 are written as `\xff`."""
    return content.decode("utf-8", "backslashreplace")


def number_text(text: str) -> str | None:
    """The one way to write a decimal number: `0042` and `42.0` are `42`; `None` for what is none.

    Exact: nothing passes through floating point.
    """
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_ATOM:
        return text.lstrip("0") or "0"
    if len(text) > LONGEST_ATOM or _NUMBER.fullmatch(text) is None:
        return None
    number = _EXACT.create_decimal(text).normalize(_EXACT)
    return "0" if number == Decimal(0) else format(number, "f")


def label_of(key: Key | None, missing: str) -> str:
    """A key as people read it; bytes in hexadecimal."""
    if key is None:
        return missing
    atoms = key if isinstance(key, tuple) else (key,)
    return " + ".join(it if isinstance(it, str) else it.hex() for it in atoms)
