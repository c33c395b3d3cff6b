"""What a target of Python callables is, and where it came from.

Its modules are imported in a process of their own, never in this one.
"""

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from latprobe.callables.job import callables_job_of
from latprobe.errors import TargetError
from latprobe.run.model import TargetRecord
from latprobe.scenario import TargetReference
from latprobe.target.loading import said_by
from latprobe.target.revision import git_branch, git_revision


class _Said(msgspec.Struct, frozen=True):
    name: str
    family: str
    description: str
    protocol: str
    stages: tuple[str, ...]
    kinds: tuple[str, ...]
    files: tuple[str, ...]
    interpreter: str


def describe_callables(
    target: TargetReference, environment: Mapping[str, str] | None = None
) -> TargetRecord:
    """Imports the callables that a scenario names, and describes them.

    Raises:
        TargetError: what is not there, or not as it should be.
    """
    what = ", ".join(target.calls)
    command = [sys.executable, "-m", "latprobe.callables.describe"]
    job = msgspec.json.encode(callables_job_of(target))
    answer = said_by(command, what, job, environment)
    try:
        said = msgspec.json.decode(answer, type=_Said)
    except msgspec.DecodeError as error:
        raise TargetError(f"{what}: it wrote after its description: {error}") from error
    files = [Path(it) for it in dict.fromkeys(said.files)]
    content = b"".join(hashlib.sha256(it.read_bytes()).digest() for it in files)
    return TargetRecord(
        library=", ".join(it.name for it in files) or "built-in modules",
        name=said.name,
        family=said.family,
        description=said.description,
        protocol=said.protocol,
        stages=said.stages,
        kinds=said.kinds,
        errors=(),
        sha256=hashlib.sha256(content).hexdigest(),
        build_id=None,
        git_revision=git_revision(files[0].parent) if files else None,
        git_branch=git_branch(files[0].parent) if files else None,
        interpreter=said.interpreter,
    )
