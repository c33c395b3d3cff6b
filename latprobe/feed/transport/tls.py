"""TLS apart from the socket, so that the socket's own receive times can be had."""

import contextlib
import ssl
from pathlib import Path
from typing import Final

from latprobe.errors import FeedError

_READ_BYTES: Final = 65_536


class TlsLayer:
    """Turns bytes of a socket into those of the application, and back.

    Args:
        context: Whom to trust, or what to be trusted by.
        hostname: For a client, whom the other end has to prove to be; none for a server.
    """

    def __init__(self, context: ssl.SSLContext, hostname: str | None) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = context.wrap_bio(
            self._incoming, self._outgoing, server_side=hostname is None, server_hostname=hostname
        )
        self.established = False
        """Whether the handshake is over."""
        self._early = bytearray()
        self.ended = False
        """Whether the other end has said that nothing more comes."""

    def receive(self, data: bytes) -> bytes:
        """What bytes from the socket hold for the application; empty data starts the handshake.

        Raises:
            ssl.SSLError: The other end is not trusted, or does not speak TLS.
        """
        self._incoming.write(data)
        try:
            if not self.established:
                self._object.do_handshake()
                self.established = True
                self.send(b"")
            return self._plain()
        except ssl.SSLWantReadError:
            return b""

    def send(self, data: bytes) -> None:
        """Takes bytes of the application; before the handshake is over they are kept for then."""
        self._early += data
        if self.established and self._early:
            self._object.write(self._early)
            self._early = bytearray()

    def finish(self) -> None:
        """Tells the other end that nothing more comes."""
        with contextlib.suppress(ssl.SSLError):
            self._object.unwrap()

    def outgoing(self) -> bytes:
        """What is due to be written to the socket."""
        return self._outgoing.read()

    def _plain(self) -> bytes:
        pieces: list[bytes] = []
        try:
            while piece := self._object.read(_READ_BYTES):
                pieces.append(piece)
            self.ended = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.ended = True
        return b"".join(pieces)


def client_context(ca_file: Path | None) -> ssl.SSLContext:
    """Trusts the system's authorities, or those in `ca_file` alone; always verifies.

    Raises:
        FeedError: The file holds no certificate.
    """
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except OSError as error:
        problem = f"expected certificates in PEM: {error.strerror or error}"
        raise FeedError(ca_file, None, problem) from error


def server_context(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """Shows a certificate (PEM, with its chain); the key may be in the same file.

    Raises:
        FeedError: There is none, or the key is not its own.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key)
    except OSError as error:
        problem = f"expected a certificate and its key in PEM: {error.strerror or error}"
        raise FeedError(certificate, None, problem) from error
    return context
