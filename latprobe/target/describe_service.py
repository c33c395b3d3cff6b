"""What an asyncio target is, and what it has watched.

Its module is imported in a process of its own, never in this one.
"""

import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from latprobe.run.model import TargetRecord
from latprobe.run.service import ServiceNames
from latprobe.scenario import TargetReference
from latprobe.target.loading import said_by
from latprobe.target.revision import git_revision


class _Said(msgspec.Struct, frozen=True):
    family: str
    description: str
    file: str
    queues: tuple[str, ...]
    locks: tuple[str, ...]
    timers: tuple[str, ...]


def describe_service(
    target: TargetReference, environment: Mapping[str, str] | None = None
) -> TargetRecord:
    """Makes the service that a scenario names, without starting it, and describes it.

    Raises:
        TargetError: what is not there, or not as it should be.
    """
    assert target.asyncio is not None
    said = _said(target, target.asyncio, environment)
    file = Path(said.file) if said.file else None
    return TargetRecord(
        library=file.name if file else "a built-in module",
        name=target.name or target.asyncio,
        family=said.family or target.asyncio,
        description=said.description,
        protocol="",
        stages=(),
        kinds=(),
        errors=(),
        sha256=hashlib.sha256(file.read_bytes() if file else b"").hexdigest(),
        build_id=None,
        git_revision=git_revision(file.parent) if file else None,
        service=ServiceNames(said.queues, said.locks, said.timers),
    )


def _said(target: TargetReference, reference: str, environment: Mapping[str, str] | None) -> _Said:
    job = {
        "reference": reference,
        "path": target.path,
        "config": target.config,
        "transport": target.transport,
    }
    command = [sys.executable, "-m", "latprobe.service.describe"]
    answer = said_by(command, reference, msgspec.json.encode(job), environment)
    return msgspec.json.decode(answer, type=_Said)
