"""The reference service's way to an exchange, held against a server that answers in all ways."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

TARGETS = Path(__file__).parents[2] / "targets" / "python"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
def channel_module(monkeypatch: pytest.MonkeyPatch) -> Any:
    pytest.importorskip("aiohttp")
    monkeypatch.syspath_prepend(str(TARGETS))
    return importlib.import_module("market_making.order_channel")


async def request_of(reader: asyncio.StreamReader) -> tuple[list[bytes], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
    (length,) = [int(it.split(b":")[1]) for it in head if it.startswith(b"Content-Length")]
    return head, await reader.readexactly(length)


def asked(module: Any, conversation: Conversation, bodies: list[bytes]) -> list[bytes]:
    """What is answered to some orders, one after the other."""

    async def run() -> list[bytes]:
        server = await asyncio.start_server(conversation, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()[:2]
        channel = module.OrderChannel(f"http://{host}:{port}/orders")
        try:
            return [await channel.post(body, b"X-Signature: s\r\n") for body in bodies]
        finally:
            channel.close()
            server.close()

    return asyncio.run(run())


def test_orders_go_over_a_connection_that_stays_open_and_answers_may_come_in_pieces(
    channel_module: Any,
) -> None:
    heads: list[list[bytes]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number in range(2):
            head, body = await request_of(reader)
            heads.append([*head, body])
            for piece in (OK[:9], OK[9:-2], OK[-2:] + b"a", b"%d" % number):
                writer.write(piece)
                await asyncio.sleep(0.002)
        writer.close()

    assert asked(channel_module, answer, [b"first", b"second"]) == [b"a0", b"a1"]
    assert [it[0] for it in heads] == [b"POST /orders HTTP/1.1"] * 2
    assert all(b"X-Signature: s" in it for it in heads)
    assert [it[-1] for it in heads] == [b"first", b"second"]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "answered HTTP/1.1 403 Forbidden"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "does not say how long it is"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "does not say how long it is"),
        (b"x" * 20_000, "has no end of its head"),
        (b"HTTP/1.1 200", "the connection ended before the answer"),
    ],
)
def test_what_is_no_confirmation_is_an_error(
    channel_module: Any, answer: bytes, problem: str
) -> None:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(answer)
        writer.close()

    with pytest.raises(channel_module.ExchangeError, match=problem):
        asked(channel_module, converse, [b"order"])
