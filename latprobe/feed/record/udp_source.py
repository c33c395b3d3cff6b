"""Datagrams, of one address or of a multicast group."""

import select
import socket
import time
from typing import Any, Final

from latprobe.errors import FeedError
from latprobe.feed.format import CHANNEL_LIMIT
from latprobe.feed.record.kernel_time import (
    ANCILLARY_BYTES,
    datagrams_dropped,
    receive_time,
    time_datagrams,
)
from latprobe.feed.record.received import Received
from latprobe.feed.transport.address import Address, is_multicast, socket_addresses
from latprobe.feed.transport.multicast import interface_index, join_group
from latprobe.feed.transport.stop import Stop

_LARGEST_DATAGRAM_BYTES: Final = 65_535
_DATAGRAMS_AT_ONCE: Final = 512
"""After so many the caller looks whether a flush is due."""
_SO_RCVBUFFORCE: Final = 33
_OTHER_SENDERS: Final = "other senders"


class UdpSource:
    """Receives datagrams; one is one message.

    Args:
        address: Group or own address, and port.
        interface: Name or address of the interface that joins the group; empty: the system's.
        channel: What all messages are filed under; empty: each sender has a channel.
        buffer_bytes: Room in the kernel for datagrams that wait.
        stop: Wakes a wait.

    Raises:
        FeedError: The port is in use, or the group cannot be joined.
    """

    def __init__(
        self, address: Address, interface: str, channel: str, buffer_bytes: int, stop: Stop
    ) -> None:
        self._address = address
        self._channel = channel
        self._stop = stop
        self._senders: dict[Any, str] = {}
        self._dropped = 0
        self._last_ns = 0
        self.ended = self.state = ""
        index = interface_index(interface)
        family, place = socket_addresses(address, socket.SOCK_DGRAM)[0]
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self.clock = time_datagrams(self._socket)
            self.buffer_bytes = _enlarge_buffer(self._socket, buffer_bytes)
            self._bind(place, index)
        except OSError as error:
            self._socket.close()
            problem = f"cannot be received: {error.strerror}"
            raise FeedError(address.shown, None, problem) from error
        self._socket.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)
        self._poll.register(stop, select.POLLIN)

    def _bind(self, place: Any, index: int) -> None:
        host = place[0]
        if not is_multicast(host):
            if self._address.sender:
                self._socket.bind(place)
                self._socket.connect((self._address.sender, 0))
                return
            self._socket.bind(place)
            return
        # Several on one machine may listen to a group. Bound to the group, the socket does not get
        # what other groups and the machine's own address receive on the same port.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        scoped = place if len(place) == 2 else (*place[:3], index or place[3])  # noqa: PLR2004
        self._socket.bind(scoped)
        join_group(self._socket, host, self._address.sender, index)

    def receive(self, received: Received, wait_s: float) -> None:
        """Adds datagrams that are there; waits for the first of them.

        Raises:
            FeedError: The socket fails.
        """
        try:
            if not self._drain(received):
                self._poll.poll(max(0.0, wait_s) * 1000)
        except OSError as error:
            problem = f"cannot be received any more: {error.strerror}"
            raise FeedError(self._address.shown, None, problem) from error

    def close(self, received: Received) -> None:
        """Ends receiving; adds drops that no datagram has told of."""
        dropped = datagrams_dropped(self._socket)
        if dropped > self._dropped:
            self._note_drops(received, time.time_ns(), dropped)
        self._socket.close()

    def _drain(self, received: Received) -> int:
        recvmsg = self._socket.recvmsg
        count = size = 0
        try:
            for _ in range(_DATAGRAMS_AT_ONCE):
                payload, ancillary, _, sender = recvmsg(_LARGEST_DATAGRAM_BYTES, ANCILLARY_BYTES)
                recv_ns, by_kernel, dropped = receive_time(ancillary)
                if dropped is not None and dropped != self._dropped:
                    self._note_drops(received, recv_ns, dropped)
                received.recv_ns.append(recv_ns)
                received.channels.append(self._channel or self._channel_of(sender))
                received.payloads.append(payload)
                received.kernel_timed += by_kernel
                self._last_ns = recv_ns
                size += len(payload)
                count += 1
        except BlockingIOError:
            pass
        received.payload_bytes += size
        return count

    def _note_drops(self, received: Received, now_ns: int, dropped: int) -> None:
        lost = (dropped - self._dropped) % 2**32
        self._dropped = dropped
        received.dropped += lost
        channel = self._channel or self._address.channel
        reason = "the kernel's receive buffer was full"
        received.add_gap(self._last_ns or now_ns, now_ns, channel, reason, lost)

    def _channel_of(self, sender: Any) -> str:
        """A sender's channel. Senders can be made up, while a feed's channels are limited."""
        channel = self._senders.get(sender)
        if channel is None:
            if len(self._senders) >= CHANNEL_LIMIT - 1:
                return _OTHER_SENDERS
            host, port = sender[:2]
            channel = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            self._senders[sender] = channel
        return channel


def _enlarge_buffer(sock: socket.socket, size: int) -> int:
    """Asks for a receive buffer, past the system's limit where that is allowed; what there is."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, size)
    except PermissionError:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
    # Linux doubles what was asked for, for its own book-keeping.
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2
