"""Writes the pages."""

import os
from pathlib import Path
from typing import Final

import msgspec

from latprobe.dashboard.model import Site
from latprobe.errors import DashboardError

_STATIC: Final = Path(__file__).with_name("static")
_FILES: Final = ("index.html", "dashboard.css", "amounts.js", "charts.js", "dashboard.js")
_CHARTS: Final = "plotly.min.js"


def build(site: Site, folder: Path) -> None:
    """Writes a folder whose `index.html` a browser opens from the disk.

    Raises:
        DashboardError: where it cannot be written.
    """
    # Here, since only this command needs it.
    from plotly.offline import get_plotlyjs  # noqa: PLC0415

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            _write(folder / name, (_STATIC / name).read_bytes())
        _write(folder / _CHARTS, get_plotlyjs().encode())
        write_data(site, folder)
    except OSError as error:
        raise DashboardError(f"{folder}: cannot be written: {error.strerror}") from error


def write_data(site: Site, folder: Path) -> None:
    """Writes what the pages show: a script, since a page from the disk may read nothing else."""
    _write(folder / "data.js", b"const SITE = " + _script_json(site) + b";\n")


def _script_json(site: Site) -> bytes:
    """JSON that is a part of a script, whatever the names in it."""
    return (
        msgspec.json.encode(site)
        .replace(b"<", b"\\u003c")
        .replace("\u2028".encode(), b"\\u2028")
        .replace("\u2029".encode(), b"\\u2029")
    )


def _write(path: Path, content: bytes) -> None:
    """Writes a file whole, unless it is so already: it may be open in a browser."""
    if path.exists() and path.read_bytes() == content:
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(content)
        beside.rename(path)
    finally:
        beside.unlink(missing_ok=True)
