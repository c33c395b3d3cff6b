"""From a scenario to what a process is told to call."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from latprobe.scenario import TargetReference


class CallablesJob(TypedDict):
    """A target of callables, as a scenario names it. Plain values, since they go there as JSON.

    `calls` are `module:object`, each fed by the one before; `is_pipeline` where each is a stage.
    `path` are folders that modules are looked for in, before all others.
    """

    calls: Sequence[str]
    is_pipeline: bool
    path: Sequence[str]
    payload: Literal["memoryview", "bytes"]
    gc: Literal["on", "off", "freeze"]
    config: Mapping[str, Any]
    stages: Sequence[str]
    protocol: str
    family: str
    name: str


def callables_job_of(target: "TargetReference") -> CallablesJob | None:
    """What is to be called; None for a library's target."""
    if not target.is_python:
        return None
    return CallablesJob(
        calls=target.calls,
        is_pipeline=not isinstance(target.python, str),
        path=target.path,
        payload=target.payload,
        gc=target.gc,
        config=target.config,
        stages=target.stages,
        protocol=target.protocol,
        family=target.family,
        name=target.name,
    )


def nothing_called(like: CallablesJob) -> CallablesJob:
    """A function that does nothing, called as the callables of another job are."""
    return {
        **like,
        "calls": ("latprobe._core:nothing",),
        "is_pipeline": False,
        "config": {},
        "stages": (),
    }
