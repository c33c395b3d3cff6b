"""From a scenario to what a process is told to call."""

from latprobe.callables.resolve import CallablesJob
from latprobe.scenario import TargetReference


def callables_job_of(target: TargetReference) -> CallablesJob | None:
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
