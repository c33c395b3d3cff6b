"""The server's side of a SoupBinTCP connection."""

import itertools
import time
from typing import Final

from latprobe.feed.transport.framing import FramingError
from latprobe.feed.transport.soupbintcp import (
    END_OF_SESSION,
    HEARTBEAT_EVERY_S,
    LOGIN,
    LOGOUT,
    SEQUENCED,
    SERVER_HEARTBEAT,
    Packets,
    login_accepted,
    packet,
)

_connections = itertools.count(1)
_SESSION: Final = "LP{:08d}"


class SoupServed:
    """Lets everybody in, and numbers what a client gets from 1 on, in a session of its own."""

    def __init__(self) -> None:
        self.open = False
        self.ended = ""
        self._packets = Packets()
        self._outgoing: list[bytes] = []
        self._sent_at_s = time.monotonic()

    def receive(self, data: bytes) -> None:
        """Takes login and logout; what else clients say is not listened to."""
        try:
            for kind, _ in self._packets.read(data):
                if kind == LOGIN and not self.open:
                    session = _SESSION.format(next(_connections) % 10**8)
                    self._outgoing.append(login_accepted(session, 1))
                    self.open = True
                elif kind == LOGOUT:
                    self.ended = "the client has logged out"
        except FramingError as error:
            self.ended = str(error)

    def send(self, payload: memoryview) -> None:
        """Puts a message into a sequenced packet."""
        self._outgoing.append(packet(SEQUENCED, bytes(payload)))
        self._sent_at_s = time.monotonic()

    def outgoing(self) -> bytes:
        """What is due to be sent."""
        due = b"".join(self._outgoing)
        self._outgoing.clear()
        return due

    def tick(self, now_s: float) -> None:
        """Sends a heartbeat where nothing was sent for a second."""
        if self.open and now_s - self._sent_at_s >= HEARTBEAT_EVERY_S:
            self._outgoing.append(packet(SERVER_HEARTBEAT))
            self._sent_at_s = now_s

    def finish(self) -> None:
        """Says that the session is over."""
        if self.open:
            self._outgoing.append(packet(END_OF_SESSION))
            self.open = False
