"""Receive times as the kernel takes them.

Source: Linux, Documentation/networking/timestamping.rst; the numbers are those of asm-generic,
which x86-64 and Arm share, and which Python does not name.
"""

import contextlib
import socket
import struct
import time
from collections.abc import Iterable
from typing import Final

_SO_TIMESTAMPNS: Final = 35
_SO_TIMESTAMPING: Final = 37
_SO_RXQ_OVFL: Final = 40
_SO_MEMINFO: Final = 55
_TIMESTAMPING_RX_SOFTWARE: Final = 1 << 3
_TIMESTAMPING_SOFTWARE: Final = 1 << 4
_MEMINFO: Final = struct.Struct("@9I")
_MEMINFO_DROPS: Final = 8

ANCILLARY_BYTES: Final = 256
"""Room for all that comes with a message."""
NO_CLOCK: Final = "CLOCK_REALTIME"
"""What times are by where the kernel gives none: the system's clock, right after the read."""

_timespec = struct.Struct("@qq").unpack_from
_counter = struct.Struct("@I").unpack_from

Ancillary = Iterable[tuple[int, int, bytes]]


def time_datagrams(sock: socket.socket) -> str:
    """Asks for the time at which each datagram came in, and for a count of those dropped.

    Returns:
        What the kernel was asked by.
    """
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, _SO_RXQ_OVFL, 1)
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    except OSError:
        return NO_CLOCK
    return "SO_TIMESTAMPNS"


def time_stream(sock: socket.socket) -> str:
    """Asks for the time at which the last segment of each read came in.

    Returns:
        What the kernel was asked by.
    """
    flags = _TIMESTAMPING_RX_SOFTWARE | _TIMESTAMPING_SOFTWARE
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPING, flags)
    except OSError:
        return NO_CLOCK
    return "SO_TIMESTAMPING"


def receive_time(ancillary: Ancillary) -> tuple[int, bool, int | None]:
    """Reads what came with a message.

    Returns:
        Its receive time in nanoseconds since 1970; whether that is the kernel's; and how many
        datagrams the socket has dropped so far, where the kernel says it.
    """
    recv_ns, dropped = 0, None
    for level, kind, data in ancillary:
        if level != socket.SOL_SOCKET:
            continue
        if kind in {_SO_TIMESTAMPNS, _SO_TIMESTAMPING}:
            seconds, rest = _timespec(data)
            recv_ns = seconds * 1_000_000_000 + rest
        elif kind == _SO_RXQ_OVFL:
            (dropped,) = _counter(data)
    if recv_ns:
        return recv_ns, True, dropped
    return time.time_ns(), False, dropped


def datagrams_dropped(sock: socket.socket) -> int:
    """Datagrams that a socket had no room for since it was opened; 0 where the kernel is silent."""
    try:
        content = sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size)
        return int(_MEMINFO.unpack(content)[_MEMINFO_DROPS])
    except (OSError, struct.error):
        return 0
