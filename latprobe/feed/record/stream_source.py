"""Messages over a connection, which is made again when it is lost."""

import math
import select
import ssl
import time
from collections.abc import Callable
from typing import Final

from latprobe.errors import FeedError
from latprobe.feed.record.backoff import Backoff
from latprobe.feed.record.received import Received
from latprobe.feed.record.session import LostError, Session
from latprobe.feed.record.wire import Wire, connect
from latprobe.feed.transport.address import Address, socket_addresses
from latprobe.feed.transport.stop import Stop

_READS_AT_ONCE: Final = 16
"""After so many the caller looks whether a flush is due."""
_OPENING_S: Final = 10.0
"""A connection that has not come to its first message's door by then is given up."""
_SOCK_STREAM: Final = 1


class StreamSource:
    """Receives over TCP, and marks a gap for each time without a connection.

    Args:
        address: Where to connect.
        context: For TLS; none for a plain connection.
        make_session: What is spoken, anew for each connection.
        channel: What messages are filed under.
        reconnect: Whether to connect again; otherwise the first loss ends the recording.
        stop: Wakes a wait.

    Raises:
        FeedError: The first connection cannot be made.
    """

    def __init__(
        self,
        address: Address,
        context: ssl.SSLContext | None,
        make_session: Callable[[], Session],
        channel: str,
        *,
        reconnect: bool,
        stop: Stop,
    ) -> None:
        self._address = address
        self._context = context
        self._make_session = make_session
        self._channel = channel
        self._reconnect = reconnect
        self._stop = stop
        self._backoff = Backoff()
        self._messages = 0
        self._lost_ns = 0
        self._reason = ""
        self._retry_at_s = 0.0
        self._last_ns = 0
        self._early: list[tuple[list[bytes], int, bool]] = []
        self.ended = ""
        """Why the recording is over; empty while it is not."""
        self.buffer_bytes = 0
        try:
            self._connect()
        except LostError as lost:
            raise FeedError(address.shown, None, f"cannot be recorded: {lost}") from lost

    @property
    def state(self) -> str:
        """For who looks on: what keeps messages from coming; empty where nothing does."""
        return "" if self._wire is not None else f"connecting again: {self._reason}"

    def receive(self, received: Received, wait_s: float) -> None:
        """Adds messages that are there; waits for the first of them, or for a connection.

        Raises:
            FeedError: What comes first cannot be of the framing.
        """
        if self._wire is None:
            self._try_again(received, wait_s)
            return
        for messages, recv_ns, by_kernel in self._early:
            self._add(received, messages, recv_ns, by_kernel)
        self._early.clear()
        try:
            self._wait(self._wire, wait_s)
            self._read(self._wire, received)
        except LostError as lost:
            self._lose(received, str(lost))

    def close(self, received: Received) -> None:
        """Ends receiving; marks a gap that has not come to its end."""
        if self._wire is not None:
            self._wire.close()
        elif self._lost_ns and not self.ended:
            received.add_gap(self._lost_ns, time.time_ns(), self._channel, self._reason)

    def _connect(self) -> None:
        """Makes a connection, up to where messages can be expected."""
        self._wire: Wire | None = None
        self._session = self._make_session()
        try:
            places = socket_addresses(self._address, _SOCK_STREAM)
        except FeedError as error:
            raise LostError(error.problem) from error
        wire = connect(places, self._context, self._address.host, _OPENING_S, self._stop)
        self.clock = wire.clock
        try:
            wire.write(self._session.outgoing())
            give_up_s = time.monotonic() + _OPENING_S
            while not self._session.open:
                left_s = give_up_s - time.monotonic()
                if left_s <= 0:
                    raise LostError(f"no answer in {_OPENING_S:g} s")
                self._wait(wire, left_s)
                if self._stop.requested:
                    raise LostError("stopped")
                self._read(wire, None)
        except LostError:
            wire.close()
            raise
        self._wire = wire
        self._connected_s = time.monotonic()
        self._last_ns = time.time_ns()

    def _wait(self, wire: Wire, wait_s: float) -> None:
        poll = select.poll()
        poll.register(wire, select.POLLIN | (select.POLLOUT if wire.writing else 0))
        poll.register(self._stop, select.POLLIN)
        due_s = self._session.tick(time.monotonic())
        wire.write(self._session.outgoing())
        if self._session.ended:
            raise LostError(self._session.ended)
        until_due_s = due_s - time.monotonic() if due_s < math.inf else wait_s
        poll.poll(max(0.0, min(wait_s, until_due_s)) * 1000)

    def _read(self, wire: Wire, received: Received | None) -> None:
        for _ in range(_READS_AT_ONCE):
            arrival = wire.read()
            if arrival is None:
                return
            data, recv_ns, by_kernel = arrival
            self._last_ns = recv_ns
            messages = self._session.receive(data) if data else []
            if received is None:
                self._early.append((messages, recv_ns, by_kernel))
            else:
                self._add(received, messages, recv_ns, by_kernel)
            wire.write(self._session.outgoing())
            if received is None and self._session.open:
                return
            if self._session.ended:
                raise LostError(self._session.ended)

    def _add(
        self, received: Received, messages: list[bytes], recv_ns: int, by_kernel: bool
    ) -> None:
        if messages:
            self._messages += len(messages)
            received.add(recv_ns, self._channel, messages, by_kernel=by_kernel)

    def _lose(self, received: Received, reason: str) -> None:
        assert self._wire is not None
        self._wire.close()
        self._wire = None
        if self._session.hopeless and not self._messages:
            raise FeedError(self._address.shown, None, f"cannot be recorded: {reason}")
        unfinished = self._session.unfinished_bytes
        if unfinished:
            reason += f"; {unfinished:,} bytes of a message that had not ended are left out"
        if not self._reconnect or self._session.over:
            self.ended = reason
            if unfinished:
                received.add_gap(self._last_ns, time.time_ns(), self._channel, reason)
            return
        self._lost_ns, self._reason = self._last_ns, reason
        held_s = time.monotonic() - self._connected_s
        self._retry_at_s = time.monotonic() + self._backoff.after(held_s)

    def _try_again(self, received: Received, wait_s: float) -> None:
        until_s = self._retry_at_s - time.monotonic()
        if until_s > 0:
            poll = select.poll()
            poll.register(self._stop, select.POLLIN)
            poll.poll(min(until_s, max(0.0, wait_s)) * 1000)
            return
        try:
            self._connect()
        except LostError as lost:
            self._retry_at_s = time.monotonic() + self._backoff.after(0)
            self._reason = f"{self._reason.partition('; then ')[0]}; then {lost}"
            return
        now_ns, missed = time.time_ns(), self._session.missed
        received.add_gap(self._lost_ns, now_ns, self._channel, self._reason, missed)
        self._lost_ns = 0
