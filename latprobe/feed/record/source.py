"""The source that a URL names."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from latprobe.errors import FeedError
from latprobe.feed.record.framed_session import FramedSession
from latprobe.feed.record.session import Session
from latprobe.feed.record.stream_source import StreamSource
from latprobe.feed.record.udp_source import UdpSource
from latprobe.feed.record.websocket_session import WebSocketSession
from latprobe.feed.transport.address import Address
from latprobe.feed.transport.framing import Framing, FramingError
from latprobe.feed.transport.stop import Stop
from latprobe.feed.transport.tls import client_context


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What a URL does not say of itself."""

    framing: Framing | None
    """Of a TCP stream, which has to have one; others must not."""
    requests: tuple[bytes, ...] = ()
    """What is sent after each connection is made."""
    headers: tuple[tuple[str, str], ...] = ()
    """Of a WebSocket handshake."""
    ping_every_s: float = 20.0
    ca_file: Path | None = None
    channel: str = ""
    """What all messages are filed under; empty: what the address says."""
    per_sender: bool = False
    """Whether each sender of datagrams has a channel."""
    interface: str = ""
    receive_buffer_bytes: int = 2**26
    reconnect: bool = True


def open_source(address: Address, options: SourceOptions, stop: Stop) -> UdpSource | StreamSource:
    """Begins to receive.

    Raises:
        FeedError: The address cannot be received from, or the options do not go with it.
    """
    channel = options.channel or address.channel
    if address.scheme == "udp":
        size = options.receive_buffer_bytes
        name = "" if options.per_sender else channel
        return UdpSource(address, options.interface, name, size, stop)
    if address.scheme == "tcp":
        framing = options.framing
        if framing is None:
            problem = "a TCP stream does not say where a message ends: name its --framing"
            raise FeedError(address.shown, None, problem)
        _check_requests(framing, options.requests)
        return StreamSource(
            address,
            None,
            lambda: FramedSession(framing, options.requests),
            channel,
            reconnect=options.reconnect,
            stop=stop,
        )

    def session() -> Session:
        return WebSocketSession(address, options.requests, options.headers, options.ping_every_s)

    context = client_context(options.ca_file) if address.scheme == "wss" else None
    return StreamSource(address, context, session, channel, reconnect=options.reconnect, stop=stop)


def requests_from(path: Path) -> tuple[bytes, ...]:
    """Reads what is to be sent, one message a line; blank lines are passed over.

    Raises:
        FeedError: The file cannot be read, has none, or is not UTF-8.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FeedError(path, None, f"cannot be read: {error.strerror}") from error
    try:
        content.decode()
    except UnicodeDecodeError as error:
        raise FeedError(path, error.start, "expected text in UTF-8") from error
    lines = tuple(line.strip() for line in content.splitlines() if line.strip())
    if not lines:
        raise FeedError(path, None, "expected one message a line; there is none")
    return lines


def _check_requests(framing: Framing, requests: Sequence[bytes]) -> None:
    for request in requests:
        try:
            framing.encode(request)
        except FramingError as error:
            raise FeedError("--subscribe", None, f"a message cannot be sent: {error}") from error
