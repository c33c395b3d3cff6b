"""The files of soaks: a script for each, which is loaded once its soak is looked at."""

import hashlib
import re
from collections.abc import Collection
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec

from latprobe.dashboard.script import script_json, write_changed
from latprobe.dashboard.soak_model import SoakView
from latprobe.errors import DashboardError

_FOLDER: Final = "soaks"
_NAME: Final = re.compile(r"[0-9a-f]+-[0-9a-f]+")


def soak_file(stamp: str) -> str:
    """What the file of a soak is called, for as long as neither the soak nor its form changes.

    Args:
        stamp: Hexadecimal digits; others once anything in the soak's folder is written.
    """
    form = version("latprobe").encode() + msgspec.json.encode(msgspec.json.schema(SoakView))
    return f"{hashlib.sha256(form).hexdigest()[:8]}-{stamp}"


def has_soak(site: Path, file: str) -> bool:
    """Whether it was written before."""
    return _path(site, file).is_file()


def write_soak_file(view: SoakView, site: Path, file: str) -> None:
    """Writes it.

    Raises:
        DashboardError: where it cannot be written.
    """
    path = _path(site, file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_changed(path, f'SOAKS["{file}"] = '.encode() + script_json(view) + b";\n")
    except OSError as error:
        raise DashboardError(f"{path}: cannot be written: {error.strerror}") from error


def keep_soaks(site: Path, files: Collection[str]) -> None:
    """Deletes those of other soaks, and of soaks as they were before.

    Raises:
        DashboardError: where that is not possible.
    """
    try:
        for path in (site / _FOLDER).glob("*.js"):
            if _NAME.fullmatch(path.stem) and path.stem not in files:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise DashboardError(f"{site / _FOLDER}: {error.strerror}") from error


def _path(site: Path, file: str) -> Path:
    return site / _FOLDER / f"{file}.js"
