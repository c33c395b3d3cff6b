"""Measures take turns over the workers of pytest-xdist, since two at a time would slow each other.

A file in the folder that all workers share is locked meanwhile; the kernel unlocks it where a
worker ends.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

_NAME: Final = "latprobe.lock"


@contextmanager
def own_turn(request: pytest.FixtureRequest) -> Iterator[None]:
    """Waits until no other worker measures, and keeps them from it while the block lasts."""
    if not hasattr(request.config, "workerinput"):
        yield  # no pytest-xdist
        return
    folders: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
    with (folders.getbasetemp().parent / _NAME).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
