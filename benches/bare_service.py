"""The control beside a service that is measured: it decides at once, and does nothing else."""

from latprobe.service import Probe


class Bare:
    """What is left of a service is the driver, the loop and the machine."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe

    def on_message(self, sequence: int, payload: bytes) -> None:  # noqa: ARG002
        """Decides."""
        self._probe.decided(sequence)

    async def connect(self, url: str) -> None:
        """Receives over a WebSocket, as the service beside it does."""
        import aiohttp  # noqa: PLC0415  # only where there is one

        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            async for message in socket:
                self.on_message(self._probe.received(), message.data)
