"""Joining groups of datagrams, by the calls that are the same for IPv4 and IPv6 (RFC 3678)."""

import ipaddress
import socket
import struct
from typing import Final

import psutil

from latprobe.errors import FeedError

# Of Linux, <linux/in.h>; Python names neither.
_MCAST_JOIN_GROUP: Final = 42
_MCAST_JOIN_SOURCE_GROUP: Final = 46
_IP_MULTICAST_ALL: Final = 49
_IPV6_MULTICAST_ALL: Final = 29
_SOCKADDR_STORAGE_BYTES: Final = 128


def interface_index(interface: str) -> int:
    """The number of an interface that is given by its name or by an address it has; 0: any.

    Raises:
        FeedError: There is none like that.
    """
    if not interface:
        return 0
    named = next(
        (
            name
            for name, addresses in psutil.net_if_addrs().items()
            if name == interface or any(_same(it.address, interface) for it in addresses)
        ),
        interface,
    )
    try:
        return socket.if_nametoindex(named)
    except OSError as error:
        known = ", ".join(name for _, name in socket.if_nameindex())
        raise FeedError(interface, None, f"is no interface; there are {known}") from error


def join_group(sock: socket.socket, group: str, sender: str, index: int) -> None:
    """Has datagrams to a group, or those of one sender to it, delivered to a socket.

    Only what the socket has joined itself is delivered, not what others on the machine have.

    Raises:
        OSError: The interface cannot.
    """
    level = socket.IPPROTO_IPV6 if sock.family == socket.AF_INET6 else socket.IPPROTO_IP
    only_joined = _IPV6_MULTICAST_ALL if sock.family == socket.AF_INET6 else _IP_MULTICAST_ALL
    sock.setsockopt(level, only_joined, 0)
    # struct group_req and group_source_req: the addresses are aligned to 8 bytes.
    request = struct.pack("@I4x", index) + _storage(group)
    if sender:
        sock.setsockopt(level, _MCAST_JOIN_SOURCE_GROUP, request + _storage(sender))
    else:
        sock.setsockopt(level, _MCAST_JOIN_GROUP, request)


def send_through(sock: socket.socket, index: int, hops: int) -> None:
    """Sends a socket's multicasts through an interface (0: the system's choice), so many hops far.

    Raises:
        OSError: The interface cannot.
    """
    if sock.family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, hops)
        if index:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        return
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, hops)
    if index:
        # struct ip_mreqn: group, address, index.
        interface = struct.pack("@4s4si", bytes(4), bytes(4), index)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface)


def _storage(host: str) -> bytes:
    """A struct sockaddr_storage with a host's address and no port."""
    address = ipaddress.ip_address(host.partition("%")[0])
    if address.version == 4:  # noqa: PLR2004
        content = struct.pack("@HH", socket.AF_INET, 0) + address.packed
    else:
        content = struct.pack("@HHI", socket.AF_INET6, 0, 0) + address.packed
    return content.ljust(_SOCKADDR_STORAGE_BYTES, b"\0")


def _same(address: str, other: str) -> bool:
    try:
        return ipaddress.ip_address(address.partition("%")[0]) == ipaddress.ip_address(other)
    except ValueError:
        return False
