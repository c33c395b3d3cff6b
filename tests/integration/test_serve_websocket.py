"""Feeds served to a real WebSocket client."""

import json
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.sync.client import ClientConnection, connect

from tests.live import (
    PATIENCE_S,
    connected,
    in_thread,
    latprobe_feed,
    made_feed,
    numbered,
    succeeded,
    tcp_port,
)

MESSAGES = numbered(1500)


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    return made_feed(tmp_path / "source.feed", MESSAGES, channels=3)


def subscriber(
    port: int, use: Callable[[ClientConnection], None], context: ssl.SSLContext | None = None
) -> None:
    """A real WebSocket client."""
    scheme = "wss" if context is not None else "ws"
    url = f"{scheme}://127.0.0.1:{port}"
    with connect(url, sock=connected(port), ssl=context) as client:
        use(client)


def test_text_is_sent_as_text_and_the_rest_as_binary(tmp_path: Path) -> None:
    feed = made_feed(tmp_path / "a.feed", [b"text", "größe".encode(), b"\xff\xfe"])
    port, received = tcp_port(), list[str | bytes]()
    with in_thread(lambda: subscriber(port, received.extend)):
        succeeded(latprobe_feed("serve", feed, f"ws://127.0.0.1:{port}"))
    assert received == ["text", "größe", b"\xff\xfe"]


def test_messages_are_compressed_for_who_offers_it(feed: Path) -> None:
    port, received, extensions = tcp_port(), list[str | bytes](), list[object]()

    def use(client: ClientConnection) -> None:
        extensions.extend(client.protocol.extensions)
        received.extend(client)

    with in_thread(lambda: subscriber(port, use)):
        words = ("--deflate", "--as-fast-as-possible")
        succeeded(latprobe_feed("serve", feed, f"ws://127.0.0.1:{port}", *words))
    assert isinstance(extensions[0], PerMessageDeflate)
    assert received == [message.decode() for message in MESSAGES]


def test_a_clients_pings_are_answered_and_its_subscriptions_taken(tmp_path: Path) -> None:
    feed = made_feed(tmp_path / "a.feed", [b"a", b"b"], step_ns=300_000_000)
    port, pongs = tcp_port(), list[bool]()

    def use(client: ClientConnection) -> None:
        client.send('{"op":"subscribe"}')
        pongs.append(client.ping("hello").wait(PATIENCE_S))
        assert list(client) == ["a", "b"]
        assert client.close_code == 1000

    with in_thread(lambda: subscriber(port, use)):
        succeeded(latprobe_feed("serve", feed, f"ws://127.0.0.1:{port}"))
    assert pongs == [True]


def test_tls_is_spoken_where_there_is_a_certificate(tmp_path: Path, feed: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    context = ssl.create_default_context()
    authority.configure_trust(context)
    port, received = tcp_port(), list[str | bytes]()
    with in_thread(lambda: subscriber(port, received.extend, context)):
        words = ("--cert", tmp_path / "both.pem", "--as-fast-as-possible")
        succeeded(latprobe_feed("serve", feed, f"wss://127.0.0.1:{port}", *words))
    assert received == [message.decode() for message in MESSAGES]


def test_what_is_no_handshake_is_counted_and_harms_nobody(feed: Path) -> None:
    port, received = tcp_port(), list[str | bytes]()

    def clients() -> None:
        with connected(port) as sock:
            sock.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
            while sock.recv(1000):
                pass
        subscriber(port, received.extend)

    with in_thread(clients):
        words = ("--as-fast-as-possible", "--json")
        told = json.loads(succeeded(latprobe_feed("serve", feed, f"ws://127.0.0.1:{port}", *words)))
    assert told["deliveries"]["failed_clients"] == 1
    assert len(received) == len(MESSAGES)


def test_a_websocket_client_sees_a_proper_end_when_serving_is_cut_short(feed: Path) -> None:
    port, codes = tcp_port(), list[int | None]()

    def use(client: ClientConnection) -> None:
        try:
            while True:
                client.recv(PATIENCE_S)
        except ConnectionClosed:
            codes.append(client.close_code)

    with in_thread(lambda: subscriber(port, use)):
        words = ("--rate", "1k/s", "--for", "100ms")
        succeeded(latprobe_feed("serve", feed, f"ws://127.0.0.1:{port}", *words))
    assert codes == [1000]
