"""What an asyncio target is, and what it has watched.

Its module is imported in a process of its own, never in this one.
"""

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from latprobe.errors import TargetError
from latprobe.run.model import TargetRecord
from latprobe.run.service import ServiceNames
from latprobe.scenario import TargetReference
from latprobe.target.loading import said_by
from latprobe.target.revision import git_branch, git_revision


class _Said(msgspec.Struct, frozen=True):
    family: str
    description: str
    files: tuple[str, ...]
    is_called: bool
    kinds: tuple[str, ...]
    queues: tuple[str, ...]
    locks: tuple[str, ...]
    timers: tuple[str, ...]


def describe_service(
    target: TargetReference,
    environment: Mapping[str, str] | None = None,
    *,
    any_transport: bool = False,
) -> TargetRecord:
    """Makes the service that a scenario names, without starting it, and describes it.

    With `any_transport`, it need not take messages in the way that `target` says.

    Raises:
        TargetError: what is not there, or not as it should be.
    """
    assert target.asyncio is not None
    transport = "any" if any_transport else target.transport
    said = _said(target, target.asyncio, transport, environment)
    files = [Path(it) for it in dict.fromkeys(said.files)]
    content = b"".join(hashlib.sha256(it.read_bytes()).digest() for it in files)
    return TargetRecord(
        library=target.asyncio.partition(":")[0],
        name=target.name or target.asyncio,
        family=said.family or target.asyncio,
        description=said.description,
        protocol="",
        stages=(),
        kinds=said.kinds,
        errors=(),
        sha256=hashlib.sha256(content).hexdigest(),
        build_id=None,
        git_revision=git_revision(files[0].parent) if files else None,
        git_branch=git_branch(files[0].parent) if files else None,
        service=ServiceNames(said.queues, said.locks, said.timers, said.is_called),
    )


def _said(
    target: TargetReference,
    reference: str,
    transport: str,
    environment: Mapping[str, str] | None,
) -> _Said:
    job = {
        "reference": reference,
        "path": target.path,
        "config": target.config,
        "transport": transport,
    }
    command = [sys.executable, "-m", "latprobe.service.describe"]
    answer = said_by(command, reference, msgspec.json.encode(job), environment)
    try:
        return msgspec.json.decode(answer, type=_Said)
    except msgspec.DecodeError as error:
        raise TargetError(f"{reference}: it wrote after its description: {error}") from error
