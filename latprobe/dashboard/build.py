"""Writes the pages."""

from pathlib import Path
from typing import Final

from latprobe.dashboard.model import Site
from latprobe.dashboard.script import script_json, write_changed
from latprobe.errors import DashboardError

_STATIC: Final = Path(__file__).with_name("static")
_FILES: Final = (
    *("index.html", "dashboard.css", "amounts.js", "charts.js", "heat.js", "soak.js"),
    "dashboard.js",
)
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
            write_changed(folder / name, (_STATIC / name).read_bytes())
        write_changed(folder / _CHARTS, get_plotlyjs().encode())
        write_data(site, folder)
    except OSError as error:
        raise DashboardError(f"{folder}: cannot be written: {error.strerror}") from error


def write_data(site: Site, folder: Path) -> None:
    """Writes what the pages show: a script, since a page from the disk may read nothing else."""
    write_changed(folder / "data.js", b"const SITE = " + script_json(site) + b";\n")
