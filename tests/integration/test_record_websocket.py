"""A real WebSocket server, recorded by the command."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Opcode
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from tests.feeds import columns_of
from tests.live import error_of, latprobe_feed, numbered, succeeded, wait_until

MESSAGES = numbered(300)
Script = Callable[[ServerConnection], None]


@contextmanager
def websocket_server(
    script: Script,
    context: ssl.SSLContext | None = None,
    process_request: Callable[[ServerConnection, Request], Response | None] | None = None,
) -> Iterator[int]:
    """A server that does the script with every connection; its port."""
    with serve(
        script,
        "127.0.0.1",
        0,
        ssl=context,
        compression="deflate",
        process_request=process_request,
        close_timeout=1,
    ) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield int(server.socket.getsockname()[1])
        finally:
            server.shutdown()
            thread.join()


def sends_all(connection: ServerConnection) -> None:
    for message in MESSAGES:
        connection.send(message.decode())


def test_text_and_binary_messages_are_recorded_as_they_are(tmp_path: Path) -> None:
    messages = [*MESSAGES, bytes(range(256)), b"", "häuser €".encode(), b"y" * 300_000]

    def script(connection: ServerConnection) -> None:
        for message in messages:
            is_binary = message.startswith(b"\x00")
            connection.send(message if is_binary else message.decode())

    with websocket_server(script) as port:
        url, out = f"ws://127.0.0.1:{port}/stream?key=secret", tmp_path / "a.feed"
        words = ("--no-reconnect", "--json", "--protocol", "json")
        told = json.loads(succeeded(latprobe_feed("record", url, out, *words)))
    columns = columns_of(out)
    assert columns["payload"] == messages
    assert set(columns["channel"]) == {f"127.0.0.1:{port}/stream"}
    assert told["source"] == f"recorded from ws://127.0.0.1:{port}/stream"
    assert told["recording"]["ended_by"].startswith("closed by the server: 1000 (OK)")
    assert b"secret" not in out.read_bytes()


def test_messages_are_compressed_on_the_way_and_plain_in_the_feed(tmp_path: Path) -> None:
    extensions: list[object] = []

    def script(connection: ServerConnection) -> None:
        extensions.extend(connection.protocol.extensions)
        sends_all(connection)

    with websocket_server(script) as port:
        out = tmp_path / "a.feed"
        succeeded(latprobe_feed("record", f"ws://127.0.0.1:{port}", out, "--no-reconnect"))
    assert isinstance(extensions[0], PerMessageDeflate)
    assert columns_of(out)["payload"] == MESSAGES


def test_fragments_are_put_together_also_with_pings_between_them(tmp_path: Path) -> None:
    def script(connection: ServerConnection) -> None:
        with connection.protocol_mutex:
            protocol = connection.protocol
            for fragment, fin in ((b"one, ", False), (b"two, ", False), (b"three", True)):
                if fragment.startswith(b"one"):
                    protocol.send_text(fragment, fin)
                else:
                    protocol.send_continuation(fragment, fin)
                protocol.send_ping(fragment)
            for data in protocol.data_to_send():
                connection.socket.sendall(data)
        connection.send(iter(["a", "b", "c"]))

    with websocket_server(script) as port:
        out = tmp_path / "a.feed"
        succeeded(latprobe_feed("record", f"ws://127.0.0.1:{port}", out, "--no-reconnect"))
    assert columns_of(out)["payload"] == [b"one, two, three", b"abc"]


def test_a_message_that_expands_beyond_the_limit_costs_a_gap_and_not_the_memory(
    tmp_path: Path,
) -> None:
    connections: list[ServerConnection] = []

    def script(connection: ServerConnection) -> None:
        connections.append(connection)
        connection.send("small")
        if len(connections) == 1:
            # 40 kB on the way.
            connection.send(bytes(40_000_000))

    with websocket_server(script) as port:
        out, words = tmp_path / "a.feed", ("--messages", 2, "--json")
        told = json.loads(succeeded(latprobe_feed("record", f"ws://127.0.0.1:{port}", out, *words)))
    assert columns_of(out)["payload"] == [b"small", b"small"]
    (gap,) = told["recording"]["gaps"]
    assert gap["after_messages"] == 1
    assert "frame exceeds limit of 16777216 bytes" in gap["reason"], gap["reason"]


def test_what_a_server_says_has_no_power_over_the_terminal(tmp_path: Path) -> None:
    def script(connection: ServerConnection) -> None:
        connection.send("message")
        connection.close(1000, "\x1b[2Jgone")

    with websocket_server(script) as port:
        out = tmp_path / "a.feed"
        output = succeeded(latprobe_feed("record", f"ws://127.0.0.1:{port}", out, "--no-reconnect"))
    output += succeeded(latprobe_feed("info", out))
    assert "\x1b" not in output
    assert output.count("\\x1b[2Jgone") == 2


def test_pings_are_answered_and_own_pings_sent(tmp_path: Path) -> None:
    pings: list[bytes] = []
    answered: list[bool] = []

    def script(connection: ServerConnection) -> None:
        take = connection.protocol.recv_frame

        def noting(frame):  # type: ignore[no-untyped-def]
            if frame.opcode is Opcode.PING:
                pings.append(bytes(frame.data))
            take(frame)

        connection.protocol.recv_frame = noting  # type: ignore[method-assign]
        answered.append(connection.ping("are you there").wait(20))
        wait_until(lambda: len(pings) >= 2, "the recorder pings twice")
        connection.send("last")

    with websocket_server(script) as port:
        out, words = tmp_path / "a.feed", ("--ping-every", "50ms", "--no-reconnect")
        succeeded(latprobe_feed("record", f"ws://127.0.0.1:{port}", out, *words))
    assert answered == [True]
    assert columns_of(out)["payload"] == [b"last"]


def test_a_server_that_answers_no_ping_is_taken_for_lost(tmp_path: Path) -> None:
    connections: list[ServerConnection] = []

    def script(connection: ServerConnection) -> None:
        connections.append(connection)
        connection.send(f"connection {len(connections)}")
        if len(connections) == 1:
            with connection.protocol_mutex:
                # Nothing can be said while somebody else holds this.
                wait_until(lambda: len(connections) == 2, "the recorder connects again")

    with websocket_server(script) as port:
        out, words = tmp_path / "a.feed", ("--ping-every", "100ms", "--messages", 2, "--json")
        told = json.loads(succeeded(latprobe_feed("record", f"ws://127.0.0.1:{port}", out, *words)))
    assert columns_of(out)["payload"] == [b"connection 1", b"connection 2"]
    assert told["recording"]["gaps"][0]["reason"] == "no answer to a ping in 0.1 s"


def test_subscriptions_and_headers_are_sent_anew_after_a_loss_and_the_gap_is_marked(
    tmp_path: Path,
) -> None:
    heard: list[str] = []
    keys: list[str | None] = []

    def script(connection: ServerConnection) -> None:
        assert connection.request is not None
        keys.append(connection.request.headers.get("X-Key"))
        heard.extend(str(connection.recv(timeout=20)) for _ in range(2))
        first = len(heard) == 2
        for message in MESSAGES[:100] if first else MESSAGES[100:]:
            connection.send(message.decode())
        if first:
            connection.socket.close()
            raise ConnectionClosed(None, None)

    requests = tmp_path / "requests"
    requests.write_text('{"op":"subscribe","args":["trades"]}\n["REQ", 1]\n')
    with websocket_server(script) as port:
        out = tmp_path / "a.feed"
        words = ("--subscribe", requests, "--header", "X-Key: open sesame", "--json")
        told = json.loads(
            succeeded(
                latprobe_feed(
                    "record", f"ws://127.0.0.1:{port}", out, *words, "--messages", len(MESSAGES)
                )
            )
        )
    assert heard == ['{"op":"subscribe","args":["trades"]}', '["REQ", 1]'] * 2
    assert keys == ["open sesame"] * 2
    columns = columns_of(out)
    assert columns["payload"] == MESSAGES
    (gap,) = told["recording"]["gaps"]
    assert gap["after_messages"] == 100
    assert columns["recv_ns"][99] <= gap["from_ns"] < gap["to_ns"]


def test_a_message_right_behind_the_handshake_is_not_lost(tmp_path: Path) -> None:
    def script(connection: ServerConnection) -> None:
        connection.send("at once")

    with websocket_server(script) as port:
        for number in range(10):
            out = tmp_path / f"{number}.feed"
            succeeded(latprobe_feed("record", f"ws://127.0.0.1:{port}", out, "--no-reconnect"))
            assert columns_of(out)["payload"] == [b"at once"]


def test_a_server_that_refuses_is_quoted(tmp_path: Path) -> None:
    def refuse(connection: ServerConnection, _request: Request) -> Response:
        return connection.respond(401, "no key\n")

    with websocket_server(sends_all, process_request=refuse) as port:
        result = latprobe_feed("record", f"ws://127.0.0.1:{port}/", tmp_path / "a")
    assert "cannot be recorded: server rejected WebSocket connection: HTTP 401" in error_of(result)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_sends_elsewhere_is_not_followed_but_quoted(tmp_path: Path) -> None:
    def redirect(connection: ServerConnection, _request: Request) -> Response:
        response = connection.respond(301, "")
        response.headers["Location"] = "wss://example.org/"
        return response

    with websocket_server(sends_all, process_request=redirect) as port:
        result = latprobe_feed("record", f"ws://127.0.0.1:{port}/", tmp_path / "a")
    assert "it names wss://example.org/ instead" in error_of(result)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def server_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_tls_is_spoken_with_a_server_whose_authority_is_named(
    tmp_path: Path, authority: trustme.CA, server_context: ssl.SSLContext
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with websocket_server(sends_all, server_context) as port:
        url, out = f"wss://127.0.0.1:{port}/", tmp_path / "a.feed"
        words = ("--ca-file", tmp_path / "ca.pem", "--no-reconnect")
        succeeded(latprobe_feed("record", url, out, *words))
    assert columns_of(out)["payload"] == MESSAGES


def test_a_server_that_nobody_vouches_for_is_refused(
    tmp_path: Path, server_context: ssl.SSLContext
) -> None:
    with websocket_server(sends_all, server_context) as port:
        result = latprobe_feed("record", f"wss://127.0.0.1:{port}/", tmp_path / "a")
    assert "cannot be recorded: its certificate is not trusted: " in error_of(result)
    assert "--ca-file names whom to trust" in error_of(result)
    assert list(tmp_path.iterdir()) == []


def test_a_certificate_of_another_host_is_refused(tmp_path: Path, authority: trustme.CA) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("example.org").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with websocket_server(sends_all, context) as port:
        words = ("--ca-file", tmp_path / "ca.pem")
        result = latprobe_feed("record", f"wss://127.0.0.1:{port}/", tmp_path / "a", *words)
    assert "its certificate is not trusted: IP address mismatch" in error_of(result)


def test_a_server_without_tls_is_one_clear_error(tmp_path: Path) -> None:
    with websocket_server(sends_all) as port:
        result = latprobe_feed("record", f"wss://127.0.0.1:{port}/", tmp_path / "a")
    assert "the other end ended the TLS handshake; does it speak TLS?" in error_of(result)


def test_a_file_without_certificates_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("none")
    words = ("--ca-file", tmp_path / "ca.pem")
    result = latprobe_feed("record", "wss://127.0.0.1:9/", tmp_path / "a", *words)
    assert error_of(result).startswith(f"{tmp_path}/ca.pem: expected certificates in PEM")


def test_receive_times_do_not_fall(tmp_path: Path) -> None:
    started_ns = time.time_ns()
    with websocket_server(sends_all) as port:
        out = tmp_path / "a.feed"
        succeeded(latprobe_feed("record", f"ws://127.0.0.1:{port}", out, "--no-reconnect"))
    times = columns_of(out)["recv_ns"]
    assert times == sorted(times)
    assert started_ns <= times[0] <= times[-1] <= time.time_ns()
