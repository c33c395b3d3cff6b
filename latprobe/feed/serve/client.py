"""One client over TCP."""

import socket
import ssl
import time
from typing import Final

from latprobe.feed.serve.served_session import ServedSession
from latprobe.feed.transport.tls import TlsLayer

_READ_BYTES: Final = 65_536


class Client:
    """Sends without waiting: what the socket does not take is kept.

    Args:
        sock: Connected; made non-blocking.
        session: What is spoken.
        tls: Where the connection has it.
    """

    def __init__(self, sock: socket.socket, session: ServedSession, tls: TlsLayer | None) -> None:
        sock.setblocking(False)
        self.socket = sock
        self.session = session
        self.gone = ""
        """Why the connection is over; empty while it is not."""
        self.moved_at_s = time.monotonic()
        """When the socket last took something."""
        self._tls = tls
        self._backlog = bytearray()

    @property
    def open(self) -> bool:
        """Whether messages can be sent."""
        return self.session.open and not self.gone

    @property
    def backlog_bytes(self) -> int:
        """What waits for the client to read."""
        return len(self._backlog)

    def send(self, payload: memoryview) -> None:
        """Sends a message, or keeps what cannot be sent."""
        self.session.send(payload)
        self.push()

    def tick(self, now_s: float) -> None:
        """Sends what the protocol wants to be sent in time."""
        self.session.tick(now_s)
        self.push()

    def push(self) -> None:
        """Sends what waits, as far as the socket takes it."""
        due = self.session.outgoing()
        try:
            if self._tls is not None:
                if due:
                    self._tls.send(due)
                due = self._tls.outgoing()
            if self._backlog:
                self._backlog += due
                due = b""
            self._write(due)
        except (OSError, ssl.SSLError) as error:
            self.gone = str(error)

    def read(self) -> None:
        """Takes what the client says."""
        try:
            data = self.socket.recv(_READ_BYTES)
            if not data:
                self.gone = "the client closed the connection"
                return
            if self._tls is not None:
                data = self._tls.receive(data)
            if data:
                self.session.receive(data)
        except BlockingIOError:
            return
        except OSError as error:
            self.gone = str(error)
            return
        self.push()
        if self.session.ended:
            self.gone = self.gone or self.session.ended

    def finish(self) -> None:
        """Says goodbye."""
        self.session.finish()
        self.push()
        if self._tls is not None and not self.gone:
            self._tls.finish()
            self.push()

    def _write(self, due: bytes) -> None:
        """Sends the backlog, or else `due`, whose rest becomes the backlog."""
        try:
            if due:
                sent = self.socket.send(due)
                self.moved_at_s = time.monotonic()
                if sent < len(due):
                    self._backlog += memoryview(due)[sent:]
            while self._backlog:
                del self._backlog[: self.socket.send(self._backlog)]
                self.moved_at_s = time.monotonic()
        except BlockingIOError:
            if due and not self._backlog:
                self._backlog += due
