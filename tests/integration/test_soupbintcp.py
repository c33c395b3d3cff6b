"""SoupBinTCP sessions, recorded and served."""

import json
import socket
from pathlib import Path

import pytest

from latprobe.feed.transport.soupbintcp import Packets, packet
from tests.feeds import columns_of
from tests.live import (
    PATIENCE_S,
    connected,
    error_of,
    in_thread,
    latprobe_feed,
    listens,
    made_feed,
    numbered,
    part_of,
    running,
    succeeded,
    tcp_port,
    tcp_server,
    wait_until,
)

MESSAGES = numbered(200)
FRAMING = ("--framing", "soupbintcp")


class Peer:
    """The other end, by the letter of the specification."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._packets = Packets()
        self._read: list[tuple[bytes, bytes]] = []

    def next(self, kind: bytes) -> bytes:
        """The payload of the next packet of a type."""
        while True:
            while self._read:
                found, payload = self._read.pop(0)
                if found == kind:
                    return payload
            data = self._connection.recv(4096)
            assert data, f"expected a packet {kind!r}"
            self._read += self._packets.read(data)

    def send(self, *packets: bytes) -> None:
        self._connection.sendall(b"".join(packets))


def accept(session: str, sequence: int) -> bytes:
    return packet(b"A", f"{session:>10}{sequence:>20}".encode())


def test_a_session_is_recorded_from_login_to_its_end(tmp_path: Path) -> None:
    logins: list[bytes] = []

    def server(connection: socket.socket) -> None:
        peer = Peer(connection)
        logins.append(peer.next(b"L"))
        peer.send(packet(b"+", b"welcome"), accept("TODAY", 1))
        peer.send(*(packet(b"S", message) for message in MESSAGES), packet(b"H"))
        peer.send(packet(b"U", b"aside"), packet(b"Z"))

    (tmp_path / "login").write_text("me\nsecret\n")
    with tcp_server(server) as port:
        out = tmp_path / "a.feed"
        words = (*FRAMING, "--login", tmp_path / "login", "--sequence", 1, "--json")
        told = json.loads(
            succeeded(latprobe_feed("record", f"tcp://127.0.0.1:{port}", out, *words))
        )
    assert logins == [b"me    secret    " + b" " * 10 + b" " * 19 + b"1"]
    assert columns_of(out)["payload"] == [*MESSAGES, b"aside"]
    assert told["recording"]["ended_by"] == "the session has ended"
    assert b"secret" not in out.read_bytes()


@pytest.mark.parametrize("resumed_at", [101, 111])
def test_a_session_goes_on_where_it_was_lost_and_what_is_missing_is_counted(
    tmp_path: Path, resumed_at: int
) -> None:
    logins: list[bytes] = []

    def first(connection: socket.socket) -> None:
        peer = Peer(connection)
        logins.append(peer.next(b"L"))
        peer.send(accept("TODAY", 1), *(packet(b"S", it) for it in MESSAGES[:100]))

    def second(connection: socket.socket) -> None:
        peer = Peer(connection)
        logins.append(peer.next(b"L"))
        rest = MESSAGES[resumed_at - 1 :]
        peer.send(accept("TODAY", resumed_at), *(packet(b"S", it) for it in rest), packet(b"Z"))

    with tcp_server(first, second) as port:
        out, words = tmp_path / "a.feed", (*FRAMING, "--sequence", 1, "--json")
        told = json.loads(
            succeeded(latprobe_feed("record", f"tcp://127.0.0.1:{port}", out, *words))
        )
    assert logins[1][16:] == b"     TODAY" + b"101".rjust(20)
    assert columns_of(out)["payload"] == MESSAGES[:100] + MESSAGES[resumed_at - 1 :]
    (gap,) = told["recording"]["gaps"]
    assert (gap["after_messages"], gap["lost"]) == (100, resumed_at - 101)


def test_both_sides_keep_a_quiet_connection_alive(tmp_path: Path) -> None:
    def server(connection: socket.socket) -> None:
        peer = Peer(connection)
        peer.next(b"L")
        peer.send(accept("TODAY", 1))
        assert [peer.next(b"R") for _ in range(2)] == [b"", b""]
        peer.send(packet(b"S", b"late"), packet(b"Z"))

    with tcp_server(server) as port:
        out = tmp_path / "a.feed"
        succeeded(latprobe_feed("record", f"tcp://127.0.0.1:{port}", out, *FRAMING))
    assert columns_of(out)["payload"] == [b"late"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (packet(b"J", b"A"), "the login was rejected: not authorised"),
        (packet(b"J", b"S"), "the login was rejected: the session is not available"),
        (packet(b"A", b"short"), "accepted without session and sequence number"),
        (b"\x00\x00", "a SoupBinTCP packet has no type"),
    ],
)
def test_a_login_that_fails_is_one_clear_error(
    tmp_path: Path, answer: bytes, expected: str
) -> None:
    def server(connection: socket.socket) -> None:
        Peer(connection).next(b"L")
        connection.sendall(answer)

    with tcp_server(server) as port:
        result = latprobe_feed("record", f"tcp://127.0.0.1:{port}", tmp_path / "a", *FRAMING)
    assert expected in error_of(result)
    assert list(tmp_path.iterdir()) == []


def test_a_user_that_is_too_long_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "login").write_text("somebody\n")
    words = (*FRAMING, "--login", tmp_path / "login")
    error = error_of(latprobe_feed("record", "tcp://127.0.0.1:9", tmp_path / "a", *words))
    assert "a user has at most 6 letters, in ASCII" in error


def test_what_is_served_is_recorded_as_it_was(tmp_path: Path) -> None:
    feed = made_feed(tmp_path / "source.feed", MESSAGES)
    out, url = tmp_path / "a.feed", f"tcp://127.0.0.1:{tcp_port()}"
    with running("feed", "serve", feed, url, *FRAMING, "--as-fast-as-possible") as server:
        wait_until(lambda: listens(url), "the server listens")
        output = succeeded(latprobe_feed("record", url, out, *FRAMING))
        server.join(PATIENCE_S)
        assert server.exitcode == 0
    assert columns_of(out)["payload"] == MESSAGES
    assert "the session has ended" in output
    assert not part_of(out).exists()


def test_a_quiet_server_sends_heartbeats(tmp_path: Path) -> None:
    feed = made_feed(tmp_path / "source.feed", [b"a", b"b"], step_ns=2_500_000_000)
    port = tcp_port()

    def client() -> None:
        with connected(port) as connection:
            peer = Peer(connection)
            peer.send(packet(b"L", b" " * 46))
            assert peer.next(b"A").split()[1] == b"1"
            assert peer.next(b"S") == b"a"
            assert peer.next(b"H") == b""
            assert peer.next(b"S") == b"b"
            assert peer.next(b"Z") == b""

    with in_thread(client):
        succeeded(latprobe_feed("serve", feed, f"tcp://127.0.0.1:{port}", *FRAMING))
