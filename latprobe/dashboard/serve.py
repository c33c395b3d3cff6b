"""Serves the pages to this machine alone, and keeps them fresh."""

import threading
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from latprobe.errors import DashboardError

_LOOPBACK: Final = "127.0.0.1"
_HEADERS: Final = {
    # Files have times in whole seconds here: two versions of one second would look the same.
    "Cache-Control": "no-store",
    # Any page that a browser shows may load scripts from here, `data.js` among them, otherwise.
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class _Handler(SimpleHTTPRequestHandler):
    """Files of the folder, as they are now, for who asks this machine by a name of its own."""

    def parse_request(self) -> bool:
        """Refuses other hosts: a name of someone else's that points here makes us no page of his.

        That is how DNS rebinding lets a page from the web read what is served on loopback.
        """
        if not super().parse_request():
            return False
        assert isinstance(self.server, ThreadingHTTPServer)
        port = self.server.server_port
        named = self.headers.get("Host", "").removesuffix(f":{port}")
        if named in (_LOOPBACK, "localhost"):
            return True
        self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "Not a name of this machine")
        return False

    def end_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def list_directory(self, path: object) -> None:  # noqa: ARG002  # the library's interface
        """Refuses: what is served are the pages."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, *_: object) -> None:
        """Nothing of each request."""


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
