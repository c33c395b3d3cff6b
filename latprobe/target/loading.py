"""Loading a target in a process of its own: its initialisers are code, and may crash."""

import os
import subprocess
from collections.abc import Mapping, Sequence

from latprobe.errors import TargetError

_TIMEOUT_SECONDS = 30


def said_by(
    command: Sequence[str],
    what: str,
    told: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> bytes:
    """The last line that a process writes which loads `what`; what comes before is the target's.

    Its environment is this process's with `environment` on top.

    Raises:
        TargetError: how it failed, in its own words where it has some.
    """
    try:
        loaded = subprocess.run(
            command,
            input=told,
            capture_output=True,
            env={**os.environ, **(environment or {})},
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TargetError(f"{what}: loading it hung for {_TIMEOUT_SECONDS} s") from None
    said = loaded.stderr.decode(errors="replace").strip()
    if loaded.returncode < 0:
        raise TargetError(f"{what}: loading it crashed (signal {-loaded.returncode}); {said}")
    if loaded.returncode:
        raise TargetError(said)
    lines = loaded.stdout.splitlines()
    if not lines:
        raise TargetError(f"{what}: it ended the process that loads it; {said}".rstrip("; "))
    return lines[-1]
