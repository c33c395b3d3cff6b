"""Which markets there are."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

Markets = Mapping[str, Mapping[str, Any]]


class Discovery:
    """Looks for markets every so often, and publishes them.

    Args:
        look: Answers the markets that there are now.
        publish: Told of them; it sets everything up that goes by market.
        every_s: How often to look.
        always: Whether to publish what has not changed.
    """

    def __init__(
        self,
        look: Callable[[], Markets],
        publish: Callable[[Markets], None],
        every_s: float,
        *,
        always: bool,
    ) -> None:
        self._look = look
        self._publish = publish
        self._every_s = every_s
        self._always = always
        self._known: Markets | None = None

    async def run(self) -> None:
        """Never ends."""
        while True:
            await asyncio.sleep(self._every_s)
            self.look()

    def look(self) -> None:
        """Looks once."""
        found = self._look()
        if self._always or found != self._known:
            self._known = found
            self._publish(found)
