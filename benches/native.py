"""Runs the native benches, pinned to the CPU that forks are pinned to."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PROGRAMS: Final = Path("target/release").resolve()
SELF_COST: Final = str(PROGRAMS / "latprobe-self-cost")
PEERS: Final = str(PROGRAMS / "latprobe-peers")
PEERS_DIVAN: Final = str(PROGRAMS / "latprobe-peers-divan")

_TIMEOUT_SECONDS: Final = 300


class BenchError(Exception):
    """A native bench has failed: what it said."""


def output_of(
    command: Sequence[str], environment: Mapping[str, str] | None = None, cwd: Path | None = None
) -> str:
    """Runs a command, pinned, and answers what it printed.

    Args:
        command: The program and its arguments.
        environment: Variables beside those of this process.
        cwd: Where it may leave files.

    Raises:
        BenchError: where it cannot be run or says that it failed.
    """
    try:
        with _pinned():
            done = subprocess.run(
                command,
                env={**os.environ, **(environment or {})},
                cwd=cwd,
                capture_output=True,
                text=True,
                check=False,
                timeout=_TIMEOUT_SECONDS,
            )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BenchError(f"{command[0]}: {error}") from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise BenchError(said[-1] if said else f"{command[0]} ended with {done.returncode}")
    return done.stdout


@contextmanager
def _pinned() -> Iterator[None]:
    """What is started meanwhile runs on the last CPU that is allowed."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
