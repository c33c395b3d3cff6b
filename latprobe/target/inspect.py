"""What a target library holds, and where it came from."""

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec
from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import NoteSection

from latprobe import _core
from latprobe.errors import TargetError
from latprobe.run.model import TargetRecord
from latprobe.run.threads import Hop
from latprobe.target.loading import said_by
from latprobe.target.revision import git_branch, git_revision

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


class _Description(msgspec.Struct, frozen=True):
    name: str
    family: str
    description: str
    protocol: str
    stages: tuple[str, ...]
    kinds: tuple[str, ...]
    errors: tuple[str, ...]
    hops: tuple[Hop, ...]


def describe_targets(
    library: Path, environment: Mapping[str, str] | None = None
) -> list[TargetRecord]:
    """Describes every target of a library, loaded with `environment` on top of this process's.

    The process that loads it has the `environment`, where one is given.

    Raises:
        TargetError: what is wrong with the library, and what to do.
    """
    command = [sys.executable, "-c", _LOADER, str(library)]
    described = said_by(command, str(library), environment=environment)
    file = Path(_core.__file__) if str(library) == BUILTIN else library
    sha256, build_id = hashlib.sha256(file.read_bytes()).hexdigest(), _build_id(file)
    revision, branch = git_revision(file.parent), git_branch(file.parent)
    return [
        TargetRecord(
            library=library.name,
            **msgspec.structs.asdict(description),
            sha256=sha256,
            build_id=build_id,
            git_revision=revision,
            git_branch=branch,
        )
        for description in msgspec.json.decode(described, type=list[_Description])
    ]


def describe_target(
    library: Path, name: str, environment: Mapping[str, str] | None = None
) -> TargetRecord:
    """Describes the target called `name`, as `describe_targets` does.

    Raises:
        TargetError: what is wrong with the library, or which targets it has instead.
    """
    targets = describe_targets(library, environment)
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
