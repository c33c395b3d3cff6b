"""Finding the allocator that forks are to use in the place of libc's."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from latprobe.errors import ScenarioError
from latprobe.run.allocator import AllocatorRecord


class _Known(NamedTuple):
    """What the dynamic loader calls an allocator's library, the likeliest first, and its package.

    The package is that of Debian and Ubuntu; others call it alike.
    """

    libraries: tuple[str, ...]
    package: str


_KNOWN: Final[Mapping[str, _Known]] = {
    "mimalloc": _Known(
        ("libmimalloc.so.3", "libmimalloc.so.2", "libmimalloc.so"), "libmimalloc2.0"
    ),
    "jemalloc": _Known(("libjemalloc.so.2", "libjemalloc.so"), "libjemalloc2"),
    "tcmalloc": _Known(
        ("libtcmalloc.so.4", "libtcmalloc_minimal.so.4", "libtcmalloc.so"), "libtcmalloc-minimal4"
    ),
}
_SYSTEM_FOLDERS: Final = ("/sbin", "/usr/sbin")
"""Where ldconfig is; a user's PATH may leave them out."""

_USUAL_FOLDERS: Final = ("/usr/local/lib", "/lib", "/usr/lib", "/lib64", "/usr/lib64")
"""Where loaders look that keep no list, as those of musl."""

_ASK: Final = """
import ctypes, sys
class Place(ctypes.Structure):
    _fields_ = [("file", ctypes.c_char_p), ("base", ctypes.c_void_p),
                ("symbol", ctypes.c_char_p), ("address", ctypes.c_void_p)]
process = ctypes.CDLL(None)
for name in ("malloc", "free", "malloc_usable_size"):
    place = Place()
    process.dladdr(ctypes.cast(process[name], ctypes.c_void_p), ctypes.byref(place))
    print(place.file.decode(errors="surrogateescape"))
"""
"""Says which library a process takes its allocator from."""

_ANSWER_SECONDS: Final = 30


@cache
def find_allocator(wanted: str) -> Path:
    """The library of an allocator: of one of the known ones, or at a path.

    Raises:
        ScenarioError: where there is none, or what is there does not stand in for malloc.
    """
    known = _KNOWN.get(wanted)
    if known is None:
        path = Path(wanted)
        if not path.is_file():
            raise ScenarioError(f"`allocator`: there is no library at {wanted}")
    else:
        found = next(_installed(known.libraries), None)
        if found is None:
            raise ScenarioError(
                f"`allocator`: {wanted} is not installed ({', '.join(known.libraries)} is nowhere "
                f"where the dynamic loader looks): install it (on Debian and Ubuntu: apt-get "
                f"install {known.package}), or name its library by its path"
            )
        path = found
    path = path.resolve()
    _check_stands_in(path)
    return path


def allocator_record(wanted: str | None) -> AllocatorRecord | None:
    """The allocator of a scenario, as run documents tell it; None for libc's.

    Raises:
        ScenarioError: where there is none.
    """
    if wanted is None:
        return None
    library = find_allocator(wanted)
    sha256 = hashlib.sha256(library.read_bytes()).hexdigest()
    return AllocatorRecord(wanted, str(library), sha256)


def _installed(libraries: tuple[str, ...]) -> Iterator[Path]:
    listed = _listed_by_loader()
    own = filter(None, os.environ.get("LD_LIBRARY_PATH", "").split(":"))
    for library in libraries:
        for folder in own:
            if (Path(folder) / library).is_file():
                yield Path(folder) / library
        yield from listed.get(library, ())
        for folder in _USUAL_FOLDERS:
            if (Path(folder) / library).is_file():
                yield Path(folder) / library


def _listed_by_loader() -> dict[str, list[Path]]:
    """What the dynamic loader's own list holds, by name; nothing where it keeps none."""
    folders = os.pathsep.join((os.environ.get("PATH", ""), *_SYSTEM_FOLDERS))
    ldconfig = shutil.which("ldconfig", path=folders)
    if ldconfig is None:
        return {}
    listed: dict[str, list[Path]] = {}
    done = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        name, arrow, path = line.strip().partition(" => ")
        if arrow:
            listed.setdefault(name.split(" ", 1)[0], []).append(Path(path))
    return listed


def _check_stands_in(library: Path) -> None:
    """Whether a process that has it preloaded takes its memory from it.

    The dynamic loader only warns of what cannot be preloaded, and goes on without it.
    """
    environment = {**os.environ, "LD_PRELOAD": str(library)}
    asked = subprocess.run(
        [sys.executable, "-S", "-E", "-c", _ASK],
        capture_output=True,
        env=environment,
        timeout=_ANSWER_SECONDS,
        check=False,
    )
    answer = [Path(os.fsdecode(it)) for it in asked.stdout.splitlines()]
    if asked.returncode == 0 and answer and all(it.resolve() == library for it in answer):
        return
    said = asked.stderr.decode(errors="replace").strip().splitlines()
    reason = said[-1] if said else "a process that has it preloaded still uses another malloc"
    raise ScenarioError(f"`allocator`: {library} does not stand in for malloc: {reason}")
