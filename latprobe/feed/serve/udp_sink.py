"""Datagrams to one address or to a multicast group; one message is one."""

import errno
import select
import socket

from latprobe.errors import FeedError
from latprobe.feed.serve.sink import Deliveries
from latprobe.feed.transport.address import Address, is_multicast, socket_addresses
from latprobe.feed.transport.framing import FramingError
from latprobe.feed.transport.multicast import interface_index, send_through
from latprobe.feed.transport.stop import Stop


class UdpSink:
    """Sends datagrams.

    Args:
        address: Where to.
        interface: Name or address of the interface that a group is reached by; empty: the system's.
        hops: How many routers may pass a multicast on, and one; 1 stays in the local network.
        planned: Whether messages are due at a time. Then nothing is waited for: what the system
            does not take at once is not sent, and counted.
        stop: Wakes a wait.

    Raises:
        FeedError: The address cannot be sent to.
    """

    def __init__(
        self, address: Address, interface: str, hops: int, *, planned: bool, stop: Stop
    ) -> None:
        self.deliveries = Deliveries()
        self.ready = 1
        self._address = address
        index = interface_index(interface)
        family, place = socket_addresses(address, socket.SOCK_DGRAM)[0]
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            if is_multicast(place[0]):
                send_through(self._socket, index, hops)
            scoped = place if len(place) == 2 else (*place[:3], index or place[3])  # noqa: PLR2004
            self._socket.connect(scoped)
        except OSError as error:
            self._socket.close()
            problem = f"cannot be sent to: {error.strerror}"
            raise FeedError(address.shown, None, problem) from error
        self._socket.setblocking(not planned)
        self._poll = select.poll()
        self._poll.register(stop, select.POLLIN)

    def send(self, payload: memoryview) -> bool:
        """Sends one datagram."""
        for _ in range(2):
            try:
                self._socket.send(payload)
                return True
            except ConnectionRefusedError:
                # Said of a datagram before this one: nobody listened at that moment.
                continue
            except OSError as error:
                if error.errno in {errno.EAGAIN, errno.ENOBUFS}:
                    break
                if error.errno == errno.EMSGSIZE:
                    problem = f"it has {len(payload):,} bytes, more than a datagram takes"
                    raise FramingError(problem) from error
                problem = f"cannot be sent to: {error.strerror}"
                raise FeedError(self._address.shown, None, problem) from error
        self.deliveries.unsent += 1
        return False

    def attend(self, wait_s: float) -> None:
        """Waits; nobody speaks to a sender of datagrams."""
        if wait_s > 0:
            self._poll.poll(wait_s * 1000)

    def relieve(self) -> None:
        """Nothing: the system has waited where it had to."""

    def finish(self) -> None:
        """Closes the socket."""
        self._socket.close()
