"""The server's side of what is spoken over one connection."""

import logging
from typing import Final, Protocol

from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from latprobe.feed.transport.framing import Framing

_SILENT: Final = logging.getLogger("latprobe.websocket")
_SILENT.addHandler(logging.NullHandler())
_CLIENT_MESSAGE_LIMIT_BYTES: Final = 2**20


class ServedSession(Protocol):
    """Bytes and messages in, bytes out."""

    open: bool
    """Whether messages can be sent."""
    ended: str
    """Why the connection is over; empty while it is not."""

    def receive(self, data: bytes) -> None:
        """Takes bytes from the client."""

    def send(self, payload: memoryview) -> None:
        """Puts a message into what is outgoing."""

    def outgoing(self) -> bytes:
        """What is due to be sent to the client."""

    def tick(self, now_s: float) -> None:
        """Does what is due at a time of the monotonic clock; called about once a second."""

    def finish(self) -> None:
        """Says goodbye, in what is outgoing."""


class FramedServed:
    """A TCP stream; what clients say is not listened to."""

    def __init__(self, framing: Framing) -> None:
        self.open = True
        self.ended = ""
        self._encode = framing.encode
        self._outgoing: list[bytes] = []

    def receive(self, data: bytes) -> None:
        """Lets it pass."""

    def send(self, payload: memoryview) -> None:
        """Puts a message into the framing."""
        self._outgoing.append(self._encode(bytes(payload)))

    def outgoing(self) -> bytes:
        """What is due to be sent."""
        due = b"".join(self._outgoing)
        self._outgoing.clear()
        return due

    def tick(self, now_s: float) -> None:
        """Nothing is ever due."""

    def finish(self) -> None:
        """Nothing: the end of the stream says it."""


class WebSocketServed:
    """A WebSocket connection; what clients send, such as subscriptions, is not listened to.

    Args:
        binary: Whether all messages are sent in binary frames; otherwise text where it is UTF-8.
        deflate: Whether messages are compressed for clients that offer it.
    """

    def __init__(self, *, binary: bool, deflate: bool) -> None:
        self.open = False
        self.ended = ""
        self._binary = binary
        extensions = [ServerPerMessageDeflateFactory()] if deflate else None
        self._protocol = ServerProtocol(
            extensions=extensions, max_size=_CLIENT_MESSAGE_LIMIT_BYTES, logger=_SILENT
        )

    def receive(self, data: bytes) -> None:
        """Takes handshake, pings and the end."""
        protocol = self._protocol
        protocol.receive_data(data)
        for event in protocol.events_received():
            if isinstance(event, Request):
                protocol.send_response(protocol.accept(event))
        self.open = protocol.state is State.OPEN
        if not self.open and protocol.state is not State.CONNECTING:
            self.ended = "closed by the client"
        elif protocol.handshake_exc is not None:
            self.ended = str(protocol.handshake_exc)

    def send(self, payload: memoryview) -> None:
        """Sends a message in one frame."""
        if self._binary or not _is_text(payload):
            self._protocol.send_binary(payload)
        else:
            self._protocol.send_text(payload)

    def outgoing(self) -> bytes:
        """What is due to be sent."""
        return b"".join(self._protocol.data_to_send())

    def tick(self, now_s: float) -> None:
        """Nothing is ever due: keeping the connection alive is left to the client."""

    def finish(self) -> None:
        """Begins the closing handshake."""
        if self.open:
            self._protocol.send_close(1000, "the feed has ended")
            self.open = False


def _is_text(payload: memoryview) -> bool:
    try:
        str(payload, "utf-8")
    except UnicodeDecodeError:
        return False
    return True
