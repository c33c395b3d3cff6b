"""Packets of SoupBinTCP, which carries Nasdaq's feeds over TCP.

Source: Nasdaq, SoupBinTCP for Nasdaq Nordic and U.S. markets, version 4.00: a length of two bytes,
big endian, that counts type and payload; the type, one letter; the payload.
"""

from collections.abc import Iterator
from typing import Final

from latprobe.feed.transport.framing import FRAMINGS, FramingError

SOUPBINTCP: Final = "soupbintcp"
"""What `--framing` calls it."""

LOGIN: Final = b"L"
LOGIN_ACCEPTED: Final = b"A"
LOGIN_REJECTED: Final = b"J"
SEQUENCED: Final = b"S"
UNSEQUENCED: Final = b"U"
SERVER_HEARTBEAT: Final = b"H"
CLIENT_HEARTBEAT: Final = b"R"
LOGOUT: Final = b"O"
END_OF_SESSION: Final = b"Z"

HEARTBEAT_EVERY_S: Final = 1.0
"""Who has sent nothing for so long sends a heartbeat."""
SILENCE_LIMIT_S: Final = 15.0
"""Who has heard nothing for so long takes the connection for lost."""

_PAYLOAD_LIMIT_BYTES: Final = 65_534
_USER, _PASSWORD, _SESSION, _SEQUENCE = 6, 10, 10, 20
_ACCEPTED_BYTES: Final = _SESSION + _SEQUENCE


class Packets:
    """Takes a stream in pieces, and gives its packets whole."""

    def __init__(self) -> None:
        self._decoder = FRAMINGS["u16be"].decoder()

    @property
    def unfinished_bytes(self) -> int:
        """Bytes of a packet that has not ended yet."""
        return self._decoder.unfinished_bytes

    def read(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Type and payload of each packet that `data` completes.

        Raises:
            FramingError: A packet has no type.
        """
        for content in self._decoder.decode(data):
            if not content:
                raise FramingError("a SoupBinTCP packet has no type; is the framing another?")
            yield content[:1], content[1:]


def packet(kind: bytes, payload: bytes = b"") -> bytes:
    """A packet as it stands in the stream.

    Raises:
        FramingError: The payload is too long.
    """
    if len(payload) > _PAYLOAD_LIMIT_BYTES:
        limit = f"{_PAYLOAD_LIMIT_BYTES:,} at most"
        raise FramingError(f"it has {len(payload):,} bytes, and a SoupBinTCP packet takes {limit}")
    return (len(payload) + 1).to_bytes(2, "big") + kind + payload


def login_request(user: str, password: str, session: str, sequence: int) -> bytes:
    """The packet that asks for a session (empty: the current one) from a sequence number on.

    Sequence number 1 is the first message of the session; 0 asks for what comes next.

    Raises:
        ValueError: A part is longer than its field, or is not ASCII.
    """
    for name, value, size in (
        ("user", user, _USER),
        ("password", password, _PASSWORD),
        ("session", session, _SESSION),
    ):
        if len(value) > size or not value.isascii():
            raise ValueError(f"a {name} has at most {size} letters, in ASCII")
    numbers = session.rjust(_SESSION) + str(sequence).rjust(_SEQUENCE)
    fields = user.ljust(_USER) + password.ljust(_PASSWORD) + numbers
    return packet(LOGIN, fields.encode())


def login_accepted(session: str, sequence: int) -> bytes:
    """The packet that says which message comes next."""
    return packet(LOGIN_ACCEPTED, (session.rjust(_SESSION) + str(sequence).rjust(20)).encode())


def accepted(payload: bytes) -> tuple[str, int]:
    """Session and sequence number of the next message, out of a login's acceptance.

    Raises:
        FramingError: It has none.
    """
    try:
        if len(payload) != _ACCEPTED_BYTES:
            raise ValueError
        return payload[:_SESSION].decode("ascii").strip(), int(payload[_SESSION:])
    except ValueError as error:
        problem = "a SoupBinTCP login was accepted without session and sequence number"
        raise FramingError(problem) from error
