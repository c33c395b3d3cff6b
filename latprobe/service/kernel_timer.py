"""A timer of the kernel that an event loop can wait for as for a socket.

The loops' own timers are no use for a plan: both asyncio and uvloop wait for whole milliseconds
(`epoll_wait(2)`), so that what they call may be a millisecond late of itself. A timer of
`timerfd_create(2)` has nanoseconds, and becomes readable when it is due: the loop comes to it when
it would come to a message from outside.
"""

import asyncio
import contextlib
import ctypes
import os
from collections.abc import Callable
from typing import Final

_MONOTONIC: Final = 1
_NONBLOCK_AND_CLOEXEC: Final = os.O_NONBLOCK | os.O_CLOEXEC
_ABSOLUTE: Final = 1
_COUNT_BYTES: Final = 8
_SECOND_NS: Final = 1_000_000_000


class _Specification(ctypes.Structure):
    """`struct itimerspec`: interval and expiry, each in seconds and nanoseconds."""

    _fields_ = (
        ("interval_s", ctypes.c_long),
        ("interval_ns", ctypes.c_long),
        ("expiry_s", ctypes.c_long),
        ("expiry_ns", ctypes.c_long),
    )


_libc = ctypes.CDLL(None, use_errno=True)


class KernelTimer:
    """Calls back from an event loop at times of the monotonic clock.

    Args:
        loop: The loop.
        callback: Called each time that the timer was due.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
        self._fd = _libc.timerfd_create(_MONOTONIC, _NONBLOCK_AND_CLOEXEC)
        if self._fd < 0:
            number = ctypes.get_errno()
            raise OSError(number, f"timerfd_create: {os.strerror(number)}")
        self._loop = loop
        self._callback = callback
        self._when = _Specification()
        self._pointer = ctypes.byref(self._when)
        loop.add_reader(self._fd, self._expired)

    def arm(self, due_ns: int) -> None:
        """Calls back at a time of the monotonic clock, or at once where it has passed."""
        self._when.expiry_s, self._when.expiry_ns = divmod(max(due_ns, 1), _SECOND_NS)
        _libc.timerfd_settime(self._fd, _ABSOLUTE, self._pointer, None)

    def close(self) -> None:
        """Calls back no more."""
        self._loop.remove_reader(self._fd)
        os.close(self._fd)

    def _expired(self) -> None:
        with contextlib.suppress(BlockingIOError):  # it was armed anew since
            os.read(self._fd, _COUNT_BYTES)
        self._callback()
