"""What a target library holds, and where it came from.

A library is loaded in a process of its own: its initialisers are code, and may crash.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

import msgspec
from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import NoteSection

from latprobe import _core
from latprobe.errors import TargetError
from latprobe.run.model import TargetRecord
from latprobe.run.threads import Hop

_LOADER = """
import sys
from latprobe import _core
try:
    print(_core.describe_library(sys.argv[1]))
except _core.NativeError as error:
    sys.exit(str(error))
"""
BUILTIN = "builtin"
"""What stands for the library of the targets of known cost, which are in the core."""

_TIMEOUT_SECONDS = 30


class _Description(msgspec.Struct, frozen=True):
    name: str
    family: str
    description: str
    protocol: str
    stages: tuple[str, ...]
    kinds: tuple[str, ...]
    errors: tuple[str, ...]
    hops: tuple[Hop, ...]


def describe_targets(library: Path) -> list[TargetRecord]:
    """Describes every target of a library.

    Raises:
        TargetError: what is wrong with the library, and what to do.
    """
    command = [sys.executable, "-c", _LOADER, str(library)]
    try:
        loaded = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise TargetError(f"{library}: loading it hung for {_TIMEOUT_SECONDS} s") from None
    said = loaded.stderr.decode(errors="replace").strip()
    if loaded.returncode < 0:
        raise TargetError(f"{library}: loading it crashed (signal {-loaded.returncode}); {said}")
    if loaded.returncode:
        raise TargetError(said)
    # A library may print while it is loaded: the description is the last line.
    described = loaded.stdout.splitlines()[-1]
    file = Path(_core.__file__) if str(library) == BUILTIN else library
    sha256, build_id = hashlib.sha256(file.read_bytes()).hexdigest(), _build_id(file)
    revision = _git_revision(file.parent)
    return [
        TargetRecord(
            library=library.name,
            **msgspec.structs.asdict(description),
            sha256=sha256,
            build_id=build_id,
            git_revision=revision,
        )
        for description in msgspec.json.decode(described, type=list[_Description])
    ]


def describe_target(library: Path, name: str) -> TargetRecord:
    """Describes the target called `name`.

    Raises:
        TargetError: what is wrong with the library, or which targets it has instead.
    """
    targets = describe_targets(library)
    for target in targets:
        if target.name == name:
            return target
    known = ", ".join(target.name for target in targets)
    raise TargetError(f"{library}: no target is called '{name}'; it has {known}")


def _build_id(library: Path) -> str | None:
    """The identifier that the linker put in, where it did."""
    try:
        with library.open("rb") as file:
            section = ELFFile(file).get_section_by_name(".note.gnu.build-id")
            if not isinstance(section, NoteSection):
                return None
            return next((str(note["n_desc"]) for note in section.iter_notes()), None)
    except (ELFError, OSError):
        return None


def _git_revision(folder: Path) -> str | None:
    """The commit that is checked out around the library, with `-dirty` where files differ."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=40"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.strip() or None if found.returncode == 0 else None
