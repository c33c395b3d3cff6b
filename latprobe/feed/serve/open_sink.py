"""The sink that a URL names."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from latprobe.errors import FeedError
from latprobe.feed.serve.served_session import FramedServed, ServedSession, WebSocketServed
from latprobe.feed.serve.soup_served import SoupServed
from latprobe.feed.serve.stream_sink import StreamSink
from latprobe.feed.serve.udp_sink import UdpSink
from latprobe.feed.transport.address import Address
from latprobe.feed.transport.framing import FRAMINGS
from latprobe.feed.transport.soupbintcp import SOUPBINTCP
from latprobe.feed.transport.stop import Stop
from latprobe.feed.transport.tls import server_context


@dataclass(frozen=True, slots=True)
class SinkOptions:
    """What a URL does not say of itself."""

    framing: str
    """Of a TCP stream, which has to have one: a name in `FRAMINGS`, or `soupbintcp`."""
    planned: bool
    """Whether messages are due at a time."""
    client_buffer_bytes: int = 2**24
    """What may wait for a client; who has more is disconnected."""
    certificate: Path | None = None
    """Of wss, in PEM."""
    key: Path | None = None
    """Its key, where it is not in the same file."""
    binary: bool = False
    """Whether WebSocket messages are all sent in binary frames."""
    deflate: bool = False
    """Whether they are compressed for who offers it."""
    interface: str = ""
    hops: int = 1


def open_sink(address: Address, options: SinkOptions, stop: Stop) -> UdpSink | StreamSink:
    """Begins to listen, or to be able to send.

    Raises:
        FeedError: The address cannot be served at, or the options do not go with it.
    """
    if address.scheme == "udp":
        if address.sender:
            raise FeedError(address.shown, None, "expected udp://group:port, without a sender")
        planned = options.planned
        return UdpSink(address, options.interface, options.hops, planned=planned, stop=stop)
    context: ssl.SSLContext | None = None
    if address.scheme == "tcp":
        make_session = _tcp_sessions(address, options.framing)
    else:
        make_session = partial(WebSocketServed, binary=options.binary, deflate=options.deflate)
    if address.scheme == "wss":
        if options.certificate is None:
            raise FeedError(address.shown, None, "wss needs a certificate: name it by --cert")
        context = server_context(options.certificate, options.key)

    return StreamSink(address, context, make_session, options.client_buffer_bytes, stop)


def _tcp_sessions(address: Address, name: str) -> Callable[[], ServedSession]:
    if name == SOUPBINTCP:
        return SoupServed
    framing = FRAMINGS.get(name)
    if framing is None:
        problem = "a TCP stream does not say where a message ends: name its --framing"
        raise FeedError(address.shown, None, problem)
    return partial(FramedServed, framing)
