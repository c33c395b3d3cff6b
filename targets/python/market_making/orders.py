"""Orders on their way to the exchange: built, signed, posted, and answered."""

import hashlib
import hmac
import json
from typing import Any, Final

from latprobe.service import Probe
from market_making.order_channel import OrderChannel
from market_making.strategy import Quote

SECRET: Final = b"loopback"
_ROUNDS: Final = 5
"""How often a request is hashed: what signing costs with keys that are not symmetric."""


class Orders:
    """Sends orders.

    Args:
        probe: Times waiting, signing and the way to the exchange and back.
        one_lock: Whether all of that is one order's at a time; else only the number that each
            order gets is, and others go on while one is on its way.
    """

    def __init__(self, probe: Probe, *, one_lock: bool) -> None:
        self._lock = probe.lock("orders")
        self._sign = probe.timer("sign")
        self._round_trip = probe.timer("round_trip")
        self._one_lock = one_lock
        self._number = 0
        self._channel: OrderChannel | None = None

    def connect(self, url: str) -> None:
        """Orders go there from now on."""
        self._channel = OrderChannel(url)

    def close(self) -> None:
        """Ends the connections."""
        if self._channel is not None:
            self._channel.close()

    async def send(self, quote: Quote, side: str) -> None:
        """Posts an order, and returns when it was answered."""
        if self._one_lock:
            async with self._lock:
                body, signature = self._signed(self._next(), quote, side)
                await self._post(body, signature)
            return
        async with self._lock:
            number = self._next()
        body, signature = self._signed(number, quote, side)
        await self._post(body, signature)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _signed(self, number: int, quote: Quote, side: str) -> tuple[bytes, str]:
        started = self._sign.start()
        price = quote.bid if side == "buy" else quote.ask
        order: dict[str, Any] = {"id": number, "side": side, "price": price, "size": 0.01}
        body = json.dumps(order).encode()
        signature = sign(body)
        self._sign.stop(started)
        return body, signature

    async def _post(self, body: bytes, signature: str) -> None:
        assert self._channel is not None
        started = self._round_trip.start()
        signed = f"Content-Type: application/json\r\nX-Signature: {signature}\r\n"
        await self._channel.post(body, signed.encode())
        self._round_trip.stop(started)


def sign(body: bytes) -> str:
    """What the exchange knows a request by."""
    digest = body
    for _ in range(_ROUNDS):
        digest = hmac.new(SECRET, digest, hashlib.sha256).digest()
    return digest.hex()
