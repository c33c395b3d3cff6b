"""The way to the exchange: HTTP over connections that stay open, each with one request at a time.

A general client spends some 250 µs of the loop's time on a request, on cookies, redirects and pools
that orders have no use for. In that time no message is handled.
"""

import asyncio
from typing import Final, cast
from urllib.parse import urlsplit

_END_OF_HEAD: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"
_LARGEST_HEAD: Final = 16_384


class ExchangeError(Exception):
    """The exchange refuses an order, or says something that is no answer."""


class OrderChannel:
    """Posts to one URL."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n".encode()
        self._idle: list[_Connection] = []

    async def post(self, body: bytes, headers: bytes) -> bytes:
        """Posts, and answers the body of what came back; `headers` are whole lines.

        Raises:
            ExchangeError: for any status but 200, or no answer.
            OSError: where there is no connection.
        """
        connection = self._idle.pop() if self._idle else await self._connected()
        length = b"Content-Length: %d\r\n\r\n" % len(body)
        answer = await connection.ask(b"".join((self._head, headers, length, body)))
        self._idle.append(connection)
        return answer

    def close(self) -> None:
        """Ends all connections that nobody waits for."""
        for connection in self._idle:
            connection.close()

    async def _connected(self) -> "_Connection":
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(_Connection, self._host, self._port)
        return connection


class _Connection(asyncio.Protocol):
    """One that is asked again only after it has answered."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[bytes] | None = None
        self._came = b""

    def ask(self, request: bytes) -> "asyncio.Future[bytes]":
        """Sends a request; the answer is to be waited for."""
        self._answer = asyncio.get_running_loop().create_future()
        if self._transport is None or self._transport.is_closing():
            self._fail("the exchange has ended the connection")
        else:
            self._transport.write(request)
        return self._answer

    def close(self) -> None:
        """Ends it."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        # Not asked whether it is one: those of other loops are none by their class.
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the loop."""
        self._fail(f"the connection ended before the answer: {exc or 'the exchange closed it'}")

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        self._came += data
        head, found, body = self._came.partition(_END_OF_HEAD)
        if not found:
            if len(head) > _LARGEST_HEAD:
                self._fail("the exchange's answer has no end of its head")
            return
        status, *headers = head.split(b"\r\n")
        sizes = [it.partition(b":")[2] for it in headers if it.lower().startswith(_LENGTH)]
        if len(sizes) != 1 or not sizes[0].strip().isdigit():
            self._fail("the exchange's answer does not say how long it is")
        elif len(body) >= int(sizes[0]):
            self._came = b""
            if status.split(b" ", 2)[1:2] == [b"200"]:
                self._end(body)
            else:
                self._fail(f"the exchange answered {status.decode(errors='replace')}")

    def _end(self, body: bytes) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(body)

    def _fail(self, problem: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ExchangeError(problem))
            self.close()
