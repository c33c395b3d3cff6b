"""simplefix on FIX market data: its fields in order, and from them an update."""

from collections.abc import Iterator, Mapping, Sequence

import frames
import simplefix

from latprobe import probe

_KINDS = {
    b"X": "incremental_refresh",
    b"W": "snapshot",
    b"f": "security_status",
    b"d": "security_definition",
    b"0": "heartbeat",
}
_ENTRIES, _CHECKSUM = b"268", b"10"

Fields = Mapping[bytes, bytes]


class Simplefix:
    """simplefix."""

    family = "fix"
    protocol = "fix"
    kinds = (*_KINDS.values(), "other")
    stages = ("parse", "fields")

    def __init__(self) -> None:
        self.parser = simplefix.FixParser()
        self.said: tuple[object, ...] = ()

    def on_message(self, payload: memoryview) -> str:
        self.parser.append_buffer(bytes(payload))
        message = self.parser.get_message()
        if message is None:
            self.parser.reset()
            raise ValueError("no whole message")
        probe.mark("parse")
        body, entries = _grouped(message.pairs)
        self.said = (*_body(body), [_entry(it) for it in entries])
        probe.mark("fields")
        return _KINDS.get(body[b"35"], "other")

    def digest(self) -> tuple[object, ...]:
        return self.said

    def reset(self) -> None:
        self.parser.reset()


def _grouped(
    pairs: Sequence[tuple[bytes, bytes]],
) -> tuple[dict[bytes, bytes], list[dict[bytes, bytes]]]:
    """The fields of the body, and those of each market-data entry."""
    tags = [tag for tag, _ in pairs]
    if _ENTRIES not in tags:
        return dict(pairs), []
    first = tags.index(_ENTRIES) + 1
    entries: list[dict[bytes, bytes]] = []
    for tag, value in pairs[first:]:
        if tag == _CHECKSUM:
            break
        if tag == tags[first]:
            entries.append({})
        entries[-1][tag] = value
    return dict(pairs[:first]), entries


def _texts(fields: Fields, *tags: bytes) -> Iterator[bytes]:
    return (fields.get(tag, b"") for tag in tags)


def _number(fields: Fields, tag: bytes) -> object:
    value = fields.get(tag)
    return None if value is None else (1, int(value))


def _fixed(fields: Fields, tag: bytes) -> object:
    value = fields.get(tag)
    return None if value is None else (1, frames.e8(value.decode("ascii")))


def _character(fields: Fields, tag: bytes) -> object:
    value = fields.get(tag)
    return None if value is None else (1, ord(value))


def _body(fields: Fields) -> tuple[object, ...]:
    return (
        *_texts(fields, b"35", b"8", b"49"),
        _number(fields, b"34"),
        *_texts(fields, b"52", b"112", b"48", b"55", b"107", b"75"),
        _number(fields, b"83"),
        _fixed(fields, b"332"),
        _fixed(fields, b"333"),
        _number(fields, b"326"),
        *_texts(fields, b"15", b"200", b"167"),
        _fixed(fields, b"202"),
        _fixed(fields, b"969"),
    )


def _entry(fields: Fields) -> tuple[object, ...]:
    return (
        _character(fields, b"279"),
        _character(fields, b"269"),
        *_texts(fields, b"278", b"48", b"55", b"107"),
        _number(fields, b"83"),
        _fixed(fields, b"270"),
        _fixed(fields, b"271"),
        *_texts(fields, b"272", b"273", b"336"),
        _number(fields, b"346"),
        _number(fields, b"290"),
        _number(fields, b"1023"),
    )
