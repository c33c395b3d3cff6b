"""The source that a URL names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from latprobe.errors import FeedError
from latprobe.feed.record.framed_session import FramedSession
from latprobe.feed.record.session import Session
from latprobe.feed.record.soup_session import SoupPlace, SoupSession
from latprobe.feed.record.stream_source import StreamSource
from latprobe.feed.record.udp_source import UdpSource
from latprobe.feed.record.websocket_session import WebSocketSession
from latprobe.feed.transport.address import Address
from latprobe.feed.transport.framing import FRAMINGS, Framing, FramingError
from latprobe.feed.transport.soupbintcp import SOUPBINTCP
from latprobe.feed.transport.stop import Stop
from latprobe.feed.transport.tls import client_context


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What a URL does not say of itself."""

    framing: str = ""
    """Of a TCP stream, which has to have one: a name in `FRAMINGS`, or `soupbintcp`."""
    requests: tuple[bytes, ...] = ()
    """What is sent after each connection is made."""
    headers: tuple[tuple[str, str], ...] = ()
    """Of a WebSocket handshake."""
    login: tuple[str, str] = ("", "")
    """User and password of a SoupBinTCP session."""
    session: str = ""
    """Its name; empty: the current one."""
    sequence: int = 0
    """The message that is wanted first; 1: the session's first, 0: what comes next."""
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
        make_session = _tcp_sessions(address, options)
    else:
        make_session = partial(
            WebSocketSession, address, options.requests, options.headers, options.ping_every_s
        )
    context = client_context(options.ca_file) if address.scheme == "wss" else None
    return StreamSource(
        address, context, make_session, channel, reconnect=options.reconnect, stop=stop
    )


def login_from(path: Path) -> tuple[str, str]:
    """Reads user and password, a line each, so that neither has to be on a command line.

    Raises:
        FeedError: The file cannot be read, or has other lines.
    """
    lines = [line.decode() for line in requests_from(path)]
    if len(lines) > 2:  # noqa: PLR2004
        raise FeedError(path, None, "expected a line with the user and one with the password")
    return lines[0], lines[1] if len(lines) > 1 else ""


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


def _tcp_sessions(address: Address, options: SourceOptions) -> Callable[[], Session]:
    requests = options.requests
    if options.framing == SOUPBINTCP:
        user, password = options.login
        place = SoupPlace(options.session, options.sequence)
        try:
            SoupSession(user, password, place, requests)
        except ValueError as error:
            raise FeedError(address.shown, None, f"cannot be logged in to: {error}") from error
        return partial(SoupSession, user, password, place, requests)
    framing = FRAMINGS.get(options.framing)
    if framing is None:
        problem = "a TCP stream does not say where a message ends: name its --framing"
        raise FeedError(address.shown, None, problem)
    _check_requests(framing, requests)
    return partial(FramedSession, framing, requests)


def _check_requests(framing: Framing, requests: Sequence[bytes]) -> None:
    for request in requests:
        try:
            framing.encode(request)
        except FramingError as error:
            raise FeedError("--subscribe", None, f"a message cannot be sent: {error}") from error
