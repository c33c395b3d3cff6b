"""Where a live feed comes from or goes to, as a URL says it."""

import ipaddress
import socket
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from latprobe.errors import FeedError

_DEFAULT_PORTS: Final = {"ws": 80, "wss": 443}
_EXPECTED: Final = "expected ws://host/path, wss://host/path, udp://group:port or tcp://host:port"
_HIGHEST_PORT: Final = 65_535


@dataclass(frozen=True, slots=True)
class Address:
    """One end of a connection, or a group of datagrams."""

    scheme: str
    """`ws`, `wss`, `udp` or `tcp`."""
    host: str
    """A name or an address; of a `udp` URL, a multicast group or the own address."""
    port: int
    sender: str
    """Of a `udp` URL, `udp://sender@group:port`: whose datagrams alone are wanted; else empty."""
    url: str
    """As it was given, with all that is secret in it."""

    @property
    def shown(self) -> str:
        """The address for people and files: without user, password and query, which may be keys."""
        path = urlsplit(self.url).path if self.scheme in _DEFAULT_PORTS else ""
        sender = f"{self.sender}@" if self.sender else ""
        return f"{self.scheme}://{sender}{self.place}{path}"

    @property
    def place(self) -> str:
        """Host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def channel(self) -> str:
        """What messages from there are filed under, where the user does not say."""
        return self.shown.partition("://")[2] if self.scheme in _DEFAULT_PORTS else self.place


def address_from(url: str) -> Address:
    """Reads a URL.

    Raises:
        FeedError: It is none of those that are known.
    """
    try:
        parts = urlsplit(url)
        port = parts.port if parts.port is not None else _DEFAULT_PORTS.get(parts.scheme)
        host = parts.hostname
    except ValueError as error:
        raise FeedError(_without_secrets(url), None, f"{error}; {_EXPECTED}") from error
    if parts.scheme not in {"ws", "wss", "udp", "tcp"} or not host:
        raise FeedError(_without_secrets(url), None, _EXPECTED)
    if port is None or (port == 0 and parts.scheme == "udp"):
        raise FeedError(_without_secrets(url), None, f"it names no port; {_EXPECTED}")
    sender = ""
    if parts.scheme in {"udp", "tcp"}:
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise FeedError(_without_secrets(url), None, f"it has a path; {_EXPECTED}")
        sender = _sender(parts, url)
    return Address(parts.scheme, host, port, sender, url)


def socket_addresses(address: Address, kind: int) -> list[tuple[int, Any]]:
    """Family and socket address of each way to reach `address`.

    Args:
        address: Where to.
        kind: `socket.SOCK_STREAM` or `SOCK_DGRAM`.

    Raises:
        FeedError: Nobody knows the host.
    """
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SocketKind(kind))
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        problem = f"the host {address.host} cannot be found: {reason}"
        raise FeedError(address.shown, None, problem) from error
    return [(family, place) for family, _, _, _, place in found]


def is_multicast(host: str) -> bool:
    """Whether a socket address's host is a group."""
    return ipaddress.ip_address(host.partition("%")[0]).is_multicast


def _sender(parts: SplitResult, url: str) -> str:
    user, at, _ = parts.netloc.rpartition("@")
    if not at:
        return ""
    sender = user.strip("[]")
    try:
        ipaddress.ip_address(sender)
    except ValueError as error:
        expected = "expected udp://sender@group:port, with the sender's address"
        raise FeedError(_without_secrets(url), None, expected) from error
    if parts.scheme != "udp":
        raise FeedError(_without_secrets(url), None, f"a tcp URL names no user; {_EXPECTED}")
    return sender


def _without_secrets(url: str) -> str:
    """A URL that may be anything, without what stands before an @ and after a question mark."""
    scheme, mark, rest = url.partition("://")
    plain = rest.partition("?")[0].rpartition("@")[2] if mark else url.partition("?")[0]
    return f"{scheme}{mark}{plain}" if mark else plain
