"""A TCP connection, perhaps with TLS, whose reads come with the time they were received."""

import contextlib
import os
import select
import socket
import ssl
from typing import Any, Final

from latprobe.feed.record.kernel_time import ANCILLARY_BYTES, receive_time, time_stream
from latprobe.feed.record.session import LostError
from latprobe.feed.transport.stop import Stop
from latprobe.feed.transport.tls import TlsLayer

_READ_BYTES: Final = 65_536
_OUTGOING_LIMIT_BYTES: Final = 2**20
"""Who does not read what is sent to him, up to so much, is taken for lost."""


class Wire:
    """A connection that is made and not waited for.

    Args:
        sock: Connected, and not blocking.
        tls: Where the connection has it.
        clock: What the kernel was asked for times by.
    """

    def __init__(self, sock: socket.socket, tls: TlsLayer | None, clock: str) -> None:
        self._socket = sock
        self._tls = tls
        self.clock = clock
        self._outgoing = bytearray()
        if tls is not None:
            tls.receive(b"")
            self._push()

    def fileno(self) -> int:
        """The socket's descriptor."""
        return self._socket.fileno()

    @property
    def writing(self) -> bool:
        """Whether something waits for the socket to take it."""
        return bool(self._outgoing)

    def read(self) -> tuple[bytes, int, bool] | None:
        """What has come in, when, and whether the kernel says so; none where nothing is there.

        Bytes may be empty where TLS had something to say.

        Raises:
            LostError: Nothing more comes.
        """
        try:
            data, ancillary, _, _ = self._socket.recvmsg(_READ_BYTES, ANCILLARY_BYTES)
        except BlockingIOError:
            return None
        except OSError as error:
            raise LostError(error.strerror or str(error)) from error
        recv_ns, by_kernel, _ = receive_time(ancillary)
        if not data and self._tls is not None and not self._tls.established:
            raise LostError("the other end ended the TLS handshake; does it speak TLS?")
        if not data or (self._tls is not None and self._tls.ended):
            raise LostError("the other end closed the connection")
        if self._tls is not None:
            data = self._decrypted(self._tls, data)
            self._push()
        return data, recv_ns, by_kernel

    def write(self, data: bytes) -> None:
        """Sends, as far as the socket takes it; the rest with the next call.

        Raises:
            LostError: The connection has ended, or the other end does not read.
        """
        if self._tls is None:
            self._outgoing += data
        elif data:
            self._tls.send(data)
        self._push()

    def close(self) -> None:
        """Ends the connection."""
        self._socket.close()

    def _decrypted(self, tls: TlsLayer, data: bytes) -> bytes:
        try:
            return tls.receive(data)
        except ssl.SSLCertVerificationError as error:
            self._say_goodbye()
            problem = f"its certificate is not trusted: {error.verify_message}"
            raise LostError(f"{problem}; --ca-file names whom to trust") from error
        except ssl.SSLError as error:
            self._say_goodbye()
            raise LostError(f"TLS fails: {error.reason or error}") from error

    def _say_goodbye(self) -> None:
        """Tells the other end what was wrong, if it still listens."""
        with contextlib.suppress(LostError):
            self._push()

    def _push(self) -> None:
        if self._tls is not None:
            self._outgoing += self._tls.outgoing()
        try:
            while self._outgoing:
                del self._outgoing[: self._socket.send(self._outgoing)]
        except BlockingIOError:
            if len(self._outgoing) > _OUTGOING_LIMIT_BYTES:
                raise LostError("the other end does not read what is sent to it") from None
        except OSError as error:
            raise LostError(error.strerror or str(error)) from error


def connect(
    places: list[tuple[int, Any]],
    context: ssl.SSLContext | None,
    hostname: str,
    timeout_s: float,
    stop: Stop,
) -> Wire:
    """Connects to the first of some places that answers.

    Raises:
        LostError: None does, or the end was asked for meanwhile.
    """
    problem = "there is no such address"
    for family, place in places:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _keep_alive(sock)
        clock = time_stream(sock)
        problem = _connect(sock, place, timeout_s, stop)
        if not problem:
            return Wire(sock, TlsLayer(context, hostname) if context else None, clock)
        sock.close()
    raise LostError(problem)


def _connect(sock: socket.socket, place: Any, timeout_s: float, stop: Stop) -> str:
    """Connects; says why it cannot be."""
    poll = select.poll()
    poll.register(sock, select.POLLOUT)
    poll.register(stop, select.POLLIN)
    try:
        sock.connect(place)
    except BlockingIOError:
        if not poll.poll(timeout_s * 1000):
            return f"no answer in {timeout_s:g} s"
        if stop.requested:
            return "stopped"
    except OSError as error:
        return error.strerror or str(error)
    code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return os.strerror(code) if code else ""


def _keep_alive(sock: socket.socket) -> None:
    """Has the kernel notice within a minute when the other end is gone without a word."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 20)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
