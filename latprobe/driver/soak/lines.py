"""Lines out of a pipe or a socket that is not waited for."""

import os
from collections.abc import Iterator
from typing import Final

_AT_ONCE: Final = 1 << 16


class Lines:
    """Puts together what came, and keeps what is no whole line yet.

    Args:
        descriptor: Of what does not block.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.is_at_end = False
        self._begun = b""

    def waiting(self) -> Iterator[bytes]:
        """Each whole line that is there, without its end."""
        while not self.is_at_end:
            try:
                came = os.read(self.descriptor, _AT_ONCE)
            except BlockingIOError:
                return
            except ConnectionResetError:  # who writes has ended without reading all
                came = b""
            self.is_at_end = not came
            *whole, self._begun = (self._begun + came).split(b"\n")
            yield from whole
