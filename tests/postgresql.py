"""A PostgreSQL server for tests: on a socket in a temporary folder, and gone with it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

_STEP_S = 60


def _program(name: str) -> str | None:
    """Debian keeps the server's programs out of PATH, a folder for each version."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The URL of an empty database; the test is left out where there is no PostgreSQL."""
    initdb, control = _program("initdb"), _program("pg_ctl")
    if initdb is None or control is None:
        pytest.skip("PostgreSQL is not installed")
    # Not pytest's own folder, which nobody else may enter; and short, as a socket's path must be.
    with tempfile.TemporaryDirectory(prefix="latprobe-pg-") as name:
        folder, user = Path(name), _unprivileged()
        if user:
            shutil.chown(folder, "nobody")
        data = str(folder / "data")
        _run([*user, initdb, "-D", data, "-U", "latprobe", "-A", "trust", "-N", "-E", "UTF8"])
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        log = str(folder / "log")
        _run([*user, control, "-D", data, "-l", log, "-w", "-o", options, "start"])
        try:
            yield f"postgresql://latprobe@/postgres?host={quote(str(folder), safe='')}"
        finally:
            _run([*user, control, "-D", data, "-w", "-m", "immediate", "stop"])


def _unprivileged() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("PostgreSQL does not run as root, and there is no setpriv")
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]


def _run(command: list[str]) -> None:
    # Its output into nothing: the server would keep a pipe open.
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=_STEP_S, check=False
    )
    assert done.returncode == 0, command
