"""Key expressions: where in a payload a key stands, and how it is got from there."""

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from latprobe.match.key import Atom, Key, atom_of_bytes, atom_of_text, digest, number_text, text_of
from latprobe.match.places import Documents, bytes_at, fix_field, json_value
from latprobe.match.syntax import Part, Word, misread, parse_syntax

REGEX_BYTES: Final = 65_536
"""A pattern is looked for in so many bytes of a payload, from its start."""

_WIDTHS: Final = tuple(range(8, 65, 8))
_MOST_BYTES: Final = 65_536

_Find = Callable[[bytes], Atom | None]


@dataclass(frozen=True)
class Expression:
    """A key expression that was read.

    Attributes:
        text: As it was written.
        find: The key in a payload; `None` where a part of it is not there.
    """

    text: str
    find: Callable[[bytes], Key | None]


def parse_expression(text: str, documents: Documents | None = None) -> Expression:
    """Reads a key expression.

    Args:
        text: In the grammar of docs/MATCH.md.
        documents: Shared by expressions that look at the same payloads, which are then decoded
            once.

    Raises:
        ExpressionError: with the place in the text, and what was expected there.
    """
    documents = Documents() if documents is None else documents
    finds = [_find(part, text, documents) for part in parse_syntax(text)]
    if len(finds) == 1:
        return Expression(text, finds[0])

    def find(payload: bytes) -> Key | None:
        atoms: list[Atom] = []
        for one in finds:
            atom = one(payload)
            if atom is None:
                return None
            atoms.append(atom)
        return tuple(atoms)

    return Expression(text, find)


def _find(part: Part, text: str, documents: Documents) -> _Find:
    if part.source in ("payload", "bytes"):
        return _as_it_is(part, text)
    if part.source == "integer":
        return _integer(part.words, text)
    return _as_text(_text_source(part, text, documents), part)


def _as_it_is(part: Part, text: str) -> _Find:
    if part.as_number:
        problem = f"`{part.source}` is compared as it is: for a number write `ascii` or `be32`"
        raise misread(text, part.words[0].position, problem)
    if part.source == "payload":
        return digest
    offset, length = _span(part.words[1:], text)
    return lambda payload: _bytes(bytes_at(payload, offset, length))


def _text_source(part: Part, text: str, documents: Documents) -> Callable[[bytes], str | None]:
    match part.source:
        case "json":
            return lambda payload: json_value(documents.read(payload), part.path)
        case "fix":
            tag = str(part.words[1].number).encode()
            return lambda payload: _text(fix_field(payload, tag))
        case "ascii":
            offset, length = _span(part.words[1:], text)
            return lambda payload: _unpadded(bytes_at(payload, offset, length))
        case _:
            pattern = _pattern(part.words[1], text)
            return lambda payload: _text(_searched(pattern, payload))


def _as_text(find: Callable[[bytes], str | None], part: Part) -> _Find:
    def atom(payload: bytes) -> Atom | None:
        found = find(payload)
        if found is not None and part.as_number:
            found = number_text(found)
        return None if found is None else atom_of_text(found)

    return atom


def _bytes(content: bytes | None) -> Atom | None:
    return None if content is None else atom_of_bytes(content)


def _text(content: bytes | None) -> str | None:
    return None if content is None else text_of(content)


def _unpadded(content: bytes | None) -> str | None:
    """Fields of a fixed width are filled up with blanks or zero bytes, at either end."""
    return None if content is None else text_of(content.strip(b" \0")) or None


def _span(words: tuple[Word, ...], text: str) -> tuple[int, int]:
    offset, length = words[0].number, words[1].number
    if not 0 < length <= _MOST_BYTES:
        problem = f"a key has from 1 to {_MOST_BYTES:,} bytes; `payload` takes all, of any size"
        raise misread(text, words[1].position, problem)
    if offset < 0 < offset + length:
        problem = f"there are {-offset} bytes from there to the end of the payload, not {length}"
        raise misread(text, words[1].position, problem)
    return offset, length


def _integer(words: tuple[Word, ...], text: str) -> _Find:
    kind, offset = words[0].text, words[1].number
    bits, signed = int(kind[2:].rstrip("s")[:9]), kind.endswith("s")
    if bits not in _WIDTHS:
        widths = ", ".join(map(str, _WIDTHS[:-1]))
        problem = f"an integer has {widths} or {_WIDTHS[-1]} bits, found `{kind}`"
        raise misread(text, words[0].position, problem)
    size = bits // 8
    _span((words[1], Word(str(size), words[1].position)), text)
    order: Final = "big" if kind.startswith("b") else "little"

    def find(payload: bytes) -> Atom | None:
        content = bytes_at(payload, offset, size)
        return None if content is None else str(int.from_bytes(content, order, signed=signed))

    return find


def _pattern(word: Word, text: str) -> "re.Pattern[bytes]":
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a later Python will read otherwise
            return re.compile(word.text.encode())
    except (re.error, RecursionError, OverflowError) as error:
        at = getattr(error, "pos", None) or 0
        # The pattern was compiled as bytes, and the caret counts characters.
        at = len(word.text.encode()[:at].decode("utf-8", "ignore"))
        problem = f"the pattern cannot be read: {getattr(error, 'msg', error)}"
        raise misread(text, word.position + at, problem) from None


def _searched(pattern: "re.Pattern[bytes]", payload: bytes) -> bytes | None:
    found = pattern.search(payload[:REGEX_BYTES])
    if found is None:
        return None
    content: bytes | None = found[1] if pattern.groups else found[0]
    return content
