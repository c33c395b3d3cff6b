"""The client's side of a SoupBinTCP connection."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from latprobe.feed.transport.framing import FramingError
from latprobe.feed.transport.soupbintcp import (
    CLIENT_HEARTBEAT,
    END_OF_SESSION,
    HEARTBEAT_EVERY_S,
    LOGIN_ACCEPTED,
    LOGIN_REJECTED,
    SEQUENCED,
    SILENCE_LIMIT_S,
    UNSEQUENCED,
    Packets,
    accepted,
    login_request,
    packet,
)

_REJECTIONS: Final = {b"A": "not authorised", b"S": "the session is not available"}


@dataclass(slots=True)
class SoupPlace:
    """Where a recording is in a session; kept over connections."""

    session: str
    next_sequence: int
    begun: bool = False
    """Whether a login was accepted before."""


class SoupSession:
    """Logs in, keeps the connection alive, and goes on where the connection before it ended.

    Args:
        user: Up to 6 letters.
        password: Up to 10.
        place: Which message is wanted next.
        requests: Sent as unsequenced messages after the login.

    Raises:
        ValueError: A part of the login is too long.
    """

    def __init__(
        self, user: str, password: str, place: SoupPlace, requests: Sequence[bytes]
    ) -> None:
        self.open = False
        self.ended = ""
        self.hopeless = False
        self.over = False
        self.missed: int | None = None
        self._place = place
        self._requests = requests
        self._packets = Packets()
        self._outgoing = login_request(user, password, place.session, place.next_sequence)
        self._sent_at_s = self._heard_at_s = -math.inf
        self._heard = True

    @property
    def unfinished_bytes(self) -> int:
        """Bytes of a packet that has not ended yet."""
        return self._packets.unfinished_bytes

    def receive(self, data: bytes) -> list[bytes]:
        """The messages, sequenced or not, that `data` completes."""
        self._heard = True
        messages: list[bytes] = []
        try:
            for kind, payload in self._packets.read(data):
                if kind == SEQUENCED:
                    self._place.next_sequence += 1
                    messages.append(payload)
                elif kind == UNSEQUENCED:
                    messages.append(payload)
                else:
                    self._control(kind, payload)
        except FramingError as error:
            self.ended = str(error)
            self.hopeless = not self.open
        return messages

    def outgoing(self) -> bytes:
        """What is due to be sent."""
        due, self._outgoing = self._outgoing, b""
        return due

    def tick(self, now_s: float) -> float:
        """Sends a heartbeat each second, and notices when the other end has long been silent."""
        if self._heard:
            self._heard, self._heard_at_s = False, now_s
        elif now_s - self._heard_at_s > SILENCE_LIMIT_S and not self.ended:
            self.ended = f"nothing was heard for {SILENCE_LIMIT_S:g} s"
        if self.open and now_s - self._sent_at_s >= HEARTBEAT_EVERY_S:
            self._outgoing += packet(CLIENT_HEARTBEAT)
            self._sent_at_s = now_s
        return now_s + HEARTBEAT_EVERY_S

    def _control(self, kind: bytes, payload: bytes) -> None:
        if kind == LOGIN_ACCEPTED:
            self._accept(*accepted(payload))
        elif kind == LOGIN_REJECTED:
            reason = _REJECTIONS.get(payload[:1], payload.decode("latin-1"))
            self.ended = f"the login was rejected: {reason}"
        elif kind == END_OF_SESSION:
            self.ended = "the session has ended"
            self.over = True

    def _accept(self, session: str, sequence: int) -> None:
        place = self._place
        if place.begun and session == place.session:
            self.missed = max(0, sequence - place.next_sequence)
        place.session, place.next_sequence, place.begun = session, sequence, True
        self.open = True
        self._outgoing += b"".join(packet(UNSEQUENCED, request) for request in self._requests)
