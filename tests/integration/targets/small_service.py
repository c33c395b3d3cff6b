"""Services that tests run: each is as small as what it shows."""

# ruff: noqa: ARG001, ARG002  # they do little with what they are handed

import asyncio
import os
import time
from typing import Any

from websockets.asyncio.client import connect

from latprobe.service import Probe

MAX_BYTES = 2**20


class Echo:
    """Decides in a task behind a queue, and has every tenth order acknowledged."""

    family = "echo"

    def __init__(self, probe: Probe, slow_s: float = 0.0) -> None:
        self._probe = probe
        self._slow_s = slow_s
        self._queue = probe.queue("market", asyncio.Queue[int]())
        self._lock = probe.lock("orders")
        self._sign = probe.timer("sign")

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._work())

    def on_message(self, sequence: int, payload: bytes | str) -> None:
        if payload in (b"bad", "bad"):
            raise ValueError("this message is bad")
        self._queue.put_nowait(sequence)

    async def connect(self, url: str) -> None:
        async with connect(url, max_size=MAX_BYTES) as socket:
            async for message in socket:
                self.on_message(self._probe.received(), message)

    async def stop(self) -> None:
        while not self._queue.empty():
            await asyncio.sleep(0.001)
        self._task.cancel()

    async def _work(self) -> None:
        while True:
            sequence = await self._queue.get()
            self._probe.decided(sequence)
            if sequence % 10 == 0:
                async with self._lock:
                    started = self._sign.start()
                    await asyncio.sleep(self._slow_s)
                    self._sign.stop(started)
                self._probe.acknowledged(sequence)


class Stops(Echo):
    """Stops the loop for good, at a message."""

    def on_message(self, sequence: int, payload: bytes | str) -> None:
        if sequence == 3:
            time.sleep(60)


class Crashes(Echo):
    """Ends its process, at a message."""

    def on_message(self, sequence: int, payload: bytes | str) -> None:
        os._exit(17)


class Hangs(Echo):
    """Does not come to its end."""

    async def stop(self) -> None:
        await asyncio.sleep(60)


class Keeps(Echo):
    """Allocates so much for each message, a part of it in a task."""

    def __init__(self, probe: Probe) -> None:
        super().__init__(probe)
        self.kept: list[bytes] = []

    def on_message(self, sequence: int, payload: bytes | str) -> None:
        super().on_message(sequence, payload)
        self.kept.append(bytes(1_000))

    async def _work(self) -> None:
        while True:
            sequence = await self._queue.get()
            bytearray(2_000)
            self._probe.decided(sequence)


class Leaves:
    """Only connects, and has enough after some messages."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe

    async def connect(self, url: str) -> None:
        # It does not wait for the server to say good-bye.
        async with connect(url, max_size=MAX_BYTES, close_timeout=0.1) as socket:
            async for _ in socket:
                if self._probe.received() == 7:
                    raise RuntimeError("enough")


async def handle(payload: bytes) -> Any:
    """A coroutine alone."""
    await asyncio.sleep(0)


def not_a_service(probe: Probe) -> object:
    """Makes what takes no messages."""
    return object()
