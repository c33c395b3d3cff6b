"""Clients that connect by TCP."""

import contextlib
import select
import socket
import ssl
import time
from collections.abc import Callable
from typing import Final

from latprobe.errors import FeedError
from latprobe.feed.serve.client import Client
from latprobe.feed.serve.served_session import ServedSession
from latprobe.feed.serve.sink import Deliveries
from latprobe.feed.transport.address import Address, socket_addresses
from latprobe.feed.transport.stop import Stop
from latprobe.feed.transport.tls import TlsLayer

_WAITING_CONNECTIONS: Final = 128
_COMFORTABLE_BACKLOG_BYTES: Final = 2**20
"""Without a plan, who has more than this waiting is waited for."""
_TICK_S: Final = 0.5
_GOODBYE_S: Final = 1.0
"""All clients together have so long to close their own ends."""
_DISCARDED_BYTES: Final = 65_536
_STANDSTILL_S: Final = 10.0
"""Without a plan, and at the end, who reads nothing for so long is given up."""


class StreamSink:
    """Accepts clients, and sends to all of them.

    Args:
        address: Where to listen; port 0 takes any that is free.
        context: For TLS; none for plain connections.
        make_session: What is spoken with a client.
        backlog_limit_bytes: Who has more waiting is disconnected.
        stop: Wakes a wait.

    Raises:
        FeedError: The port is in use.
    """

    def __init__(
        self,
        address: Address,
        context: ssl.SSLContext | None,
        make_session: Callable[[], ServedSession],
        backlog_limit_bytes: int,
        stop: Stop,
    ) -> None:
        self.deliveries = Deliveries()
        self._context = context
        self._make_session = make_session
        self._limit_bytes = backlog_limit_bytes
        self._comfortable_bytes = min(_COMFORTABLE_BACKLOG_BYTES, backlog_limit_bytes // 2)
        self._stop = stop
        self._clients: dict[int, Client] = {}
        self._tick_at_s = 0.0
        self._served: set[int] = set()
        self._waiting: set[int] = set()
        family, place = socket_addresses(address, socket.SOCK_STREAM)[0]
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind(place)
            self._listener.listen(_WAITING_CONNECTIONS)
        except OSError as error:
            self._listener.close()
            problem = f"cannot be listened at: {error.strerror}"
            raise FeedError(address.shown, None, problem) from error
        self._listener.setblocking(False)
        self.port = int(self._listener.getsockname()[1])
        self._epoll = select.epoll()
        self._epoll.register(self._listener, select.EPOLLIN)
        self._epoll.register(stop, select.EPOLLIN)

    @property
    def ready(self) -> int:
        """Clients that can be sent to."""
        return sum(client.open for client in self._clients.values())

    def send(self, payload: memoryview) -> bool:
        """Sends a message to each client."""
        handed = False
        for number, client in list(self._clients.items()):
            if not client.open:
                continue
            client.send(payload)
            handed = True
            if client.gone or client.backlog_bytes:
                self._look_after(number, client)
        return handed

    def attend(self, wait_s: float) -> None:
        """Accepts, reads, and sends what is left."""
        self._tick()
        for number, what in self._epoll.poll(min(max(0.0, wait_s), _TICK_S)):
            if number == self._listener.fileno():
                self._accept()
                continue
            client = self._clients.get(number)
            if client is None:
                continue
            if what & select.EPOLLOUT:
                client.push()
            if what & ~select.EPOLLOUT:
                client.read()
            if client.open and number not in self._served:
                self._served.add(number)
                self.deliveries.clients += 1
            self._look_after(number, client)

    def relieve(self) -> None:
        """Waits until nobody is far behind; who stands still is disconnected."""
        while not self._stop.requested:
            behind = [
                (number, client)
                for number, client in self._clients.items()
                if client.backlog_bytes > self._comfortable_bytes
            ]
            if not behind:
                return
            self._give_up_the_standing(behind)
            self.attend(0.1)

    def finish(self) -> None:
        """Sends what is left, and closes."""
        self._listener.close()
        for number, client in list(self._clients.items()):
            client.finish()
            self._look_after(number, client)
        while behind := [it for it in self._clients.items() if it[1].backlog_bytes]:
            self._give_up_the_standing(behind)
            if self._stop.requested:
                break
            self.attend(0.1)
        _close(list(self._clients.values()))
        self._epoll.close()

    def _tick(self) -> None:
        now_s = time.monotonic()
        if now_s < self._tick_at_s:
            return
        self._tick_at_s = now_s + _TICK_S
        for number, client in list(self._clients.items()):
            client.tick(now_s)
            self._look_after(number, client)

    def _accept(self) -> None:
        try:
            sock, _ = self._listener.accept()
        except OSError:
            return
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        tls = TlsLayer(self._context, None) if self._context is not None else None
        client = Client(sock, self._make_session(), tls)
        self._clients[sock.fileno()] = client
        self._epoll.register(sock, select.EPOLLIN)
        if client.open:
            self._served.add(sock.fileno())
            self.deliveries.clients += 1

    def _look_after(self, number: int, client: Client) -> None:
        """Lets go of a client that is gone or too slow; waits for one that has something left."""
        if not client.gone and client.backlog_bytes > self._limit_bytes:
            self.deliveries.slow_clients += 1
            client.gone = "reads too slowly"
        if client.gone:
            self._let_go(number, client)
            return
        waits = number in self._waiting
        if bool(client.backlog_bytes) != waits:
            self._waiting ^= {number}
            events = select.EPOLLIN if waits else select.EPOLLIN | select.EPOLLOUT
            self._epoll.modify(number, events)

    def _let_go(self, number: int, client: Client) -> None:
        if number not in self._served:
            self.deliveries.failed_clients += 1
        self._served.discard(number)
        self._waiting.discard(number)
        self._epoll.unregister(number)
        client.socket.close()
        del self._clients[number]

    def _give_up_the_standing(self, behind: list[tuple[int, Client]]) -> None:
        now_s = time.monotonic()
        for number, client in behind:
            if now_s - client.moved_at_s > _STANDSTILL_S:
                self.deliveries.slow_clients += 1
                client.gone = "does not read"
                self._let_go(number, client)


def _close(clients: list[Client]) -> None:
    """Closes without a reset, which would take from a client what it has not read yet."""
    for client in clients:
        with contextlib.suppress(OSError):
            client.socket.shutdown(socket.SHUT_WR)
    deadline_s = time.monotonic() + _GOODBYE_S
    for client in clients:
        with contextlib.suppress(OSError):
            while (left_s := deadline_s - time.monotonic()) > 0:
                client.socket.settimeout(left_s)
                if not client.socket.recv(_DISCARDED_BYTES):
                    break
        client.socket.close()
