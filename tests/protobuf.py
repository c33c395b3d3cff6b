"""Protobuf messages made by hand."""


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def fixed64(field: int, value: bytes) -> bytes:
    return varint(field << 3 | 1) + value


def fixed32(field: int, value: bytes) -> bytes:
    return varint(field << 3 | 5) + value


def text(field: int, value: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(value)) + value


def group(field: int, value: bytes) -> bytes:
    return varint(field << 3 | 3) + value + varint(field << 3 | 4)


def delimited(*messages: bytes) -> bytes:
    return b"".join(varint(len(message)) + message for message in messages)
