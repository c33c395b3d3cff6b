"""The client's side of a WebSocket connection (RFC 6455)."""

import logging
import math
from collections.abc import Sequence
from typing import Final

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake, InvalidURI
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

from latprobe.errors import FeedError
from latprobe.feed.format import MESSAGE_LIMIT_BYTES
from latprobe.feed.transport.address import Address

_SILENT: Final = logging.getLogger("latprobe.websocket")
_SILENT.addHandler(logging.NullHandler())
_PING: Final = b"latprobe"


class WebSocketSession:
    """Subscribes, answers pings, sends its own, and puts fragments together.

    Args:
        address: Where to.
        requests: Text messages that are sent when the connection is open.
        headers: Further headers of the handshake.
        ping_every_s: A ping is sent so often; if nothing at all has come since the one before, the
            connection is taken for lost.

    Raises:
        FeedError: The URL is none.
    """

    def __init__(
        self,
        address: Address,
        requests: Sequence[bytes],
        headers: Sequence[tuple[str, str]],
        ping_every_s: float,
    ) -> None:
        self.open = False
        self.hopeless = self.over = False
        self.missed = None
        self.ended = ""
        self._requests = requests
        self._ping_every_s = ping_every_s
        self._ping_at_s = math.inf
        self._heard = True
        self._fragments: list[bytes] = []
        try:
            uri = parse_uri(address.url)
        except (InvalidURI, ValueError) as error:
            raise FeedError(address.shown, None, f"is no WebSocket URL: {error}") from error
        deflate = ClientPerMessageDeflateFactory(compress_settings={"memLevel": 5})
        self._protocol = ClientProtocol(
            uri, extensions=[deflate], max_size=MESSAGE_LIMIT_BYTES, logger=_SILENT
        )
        request = self._protocol.connect()
        for name, value in headers:
            request.headers[name] = value
        self._protocol.send_request(request)

    @property
    def unfinished_bytes(self) -> int:
        """Bytes of a fragmented message that has not ended yet."""
        return sum(map(len, self._fragments))

    def receive(self, data: bytes) -> list[bytes]:
        """The messages that `data` completes."""
        protocol = self._protocol
        self._heard = True
        protocol.receive_data(data)
        messages: list[bytes] = []
        for event in protocol.events_received():
            if isinstance(event, Frame):
                self._take(event, messages)
            elif isinstance(event, Response):
                self._handshake(event)
        if protocol.handshake_exc is not None and not self.ended:
            self.ended = str(protocol.handshake_exc)
        elif protocol.parser_exc is not None and not self.ended:
            self.ended = f"the server broke the protocol: {protocol.parser_exc}"
        elif protocol.close_rcvd is not None:
            self.ended = f"closed by the server: {protocol.close_rcvd}"
        return messages

    def outgoing(self) -> bytes:
        """What is due to be sent: handshake, requests, pings, pongs."""
        return b"".join(self._protocol.data_to_send())

    def tick(self, now_s: float) -> float:
        """Pings, and looks whether the ping before was followed by anything."""
        if not self.open:
            return math.inf
        if self._ping_at_s is math.inf:
            self._ping_at_s = now_s + self._ping_every_s
        elif now_s >= self._ping_at_s:
            if not self._heard:
                self.ended = f"no answer to a ping in {self._ping_every_s:g} s"
            elif not self.ended:
                self._protocol.send_ping(_PING)
            self._heard = False
            self._ping_at_s = now_s + self._ping_every_s
        return self._ping_at_s

    def _handshake(self, response: Response) -> None:
        problem = self._protocol.handshake_exc
        if problem is None:
            self.open = True
            for request in self._requests:
                self._protocol.send_text(request)
            return
        assert isinstance(problem, InvalidHandshake)
        elsewhere = response.headers.get("Location", "")
        self.ended = f"{problem}; it names {elsewhere} instead" if elsewhere else str(problem)

    def _take(self, frame: Frame, messages: list[bytes]) -> None:
        opcode = frame.opcode
        if opcode is Opcode.TEXT or opcode is Opcode.BINARY or opcode is Opcode.CONT:
            if frame.fin and not self._fragments:
                messages.append(bytes(frame.data))
                return
            self._fragments.append(bytes(frame.data))
            if frame.fin:
                messages.append(b"".join(self._fragments))
                self._fragments.clear()
