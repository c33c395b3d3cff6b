"""Serves the pages to this machine alone, and keeps them fresh."""

import threading
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from latprobe.errors import DashboardError

_LOOPBACK: Final = "127.0.0.1"


class _Handler(SimpleHTTPRequestHandler):
    """Files of the folder, as they are now; says nothing of each request."""

    def end_headers(self) -> None:
        # Files have times in whole seconds here: two versions of one second would look the same.
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


def serve(
    folder: Path,
    port: int,
    *,
    refresh: Callable[[], None],
    every_s: float,
    started: Callable[[str], None],
) -> None:
    """Serves a folder until it is interrupted.

    Args:
        folder: What `build` wrote.
        port: 0 for any that is free.
        refresh: Called again and again, to write what is new.
        every_s: Seconds between two calls.
        started: Told the address.

    Raises:
        DashboardError: where the port is taken.
        LatprobeError: whatever `refresh` raises.
    """
    try:
        server = ThreadingHTTPServer((_LOOPBACK, port), partial(_Handler, directory=str(folder)))
    except (OSError, OverflowError) as error:
        raise DashboardError(f"port {port}: cannot be listened at: {error}") from error
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    pause = threading.Event()
    try:
        started(f"http://{_LOOPBACK}:{server.server_port}/")
        while not pause.wait(every_s):
            refresh()
    finally:
        server.shutdown()
        server.server_close()
