"""The sink that a URL names."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from latprobe.errors import FeedError
from latprobe.feed.serve.served_session import FramedServed, ServedSession, WebSocketServed
from latprobe.feed.serve.stream_sink import StreamSink
from latprobe.feed.serve.udp_sink import UdpSink
from latprobe.feed.transport.address import Address
from latprobe.feed.transport.framing import Framing
from latprobe.feed.transport.stop import Stop
from latprobe.feed.transport.tls import server_context


@dataclass(frozen=True, slots=True)
class SinkOptions:
    """What a URL does not say of itself."""

    framing: Framing | None
    """Of a TCP stream, which has to have one."""
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
    framing = options.framing
    if address.scheme == "tcp":
        if framing is None:
            problem = "a TCP stream does not say where a message ends: name its --framing"
            raise FeedError(address.shown, None, problem)
    elif address.scheme == "wss":
        if options.certificate is None:
            raise FeedError(address.shown, None, "wss needs a certificate: name it by --cert")
        context = server_context(options.certificate, options.key)

    def session() -> ServedSession:
        if framing is not None:
            return FramedServed(framing)
        return WebSocketServed(binary=options.binary, deflate=options.deflate)

    return StreamSink(address, context, session, options.client_buffer_bytes, stop)
