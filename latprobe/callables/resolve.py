"""From `module:object` to what is called. Runs in a process of its own, and imports little.

`dataclasses` alone would take a third of the time in which a fork starts.
"""

import gc
import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any, Literal, NamedTuple, TypedDict


class CallablesJob(TypedDict):
    """A target of callables, as a scenario names it.

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


class UnresolvedError(Exception):
    """A callable cannot be found or made: one line, what and what to do."""


class Made(NamedTuple):
    """An instance.

    Attributes:
        calls: The first gets the message, each other what the one before it answered.
        digest: Answers the fields of the last message.
        reset: Sets it back to what it was when it was made; None: another one is made.
        metrics: Answers figures of its own, by name.
    """

    calls: list[Callable[[Any], object]]
    digest: Callable[[], object] | None
    reset: Callable[[], object] | None
    metrics: Callable[[], object] | None


class Callables(NamedTuple):
    """What was found.

    Attributes:
        description: What the target says about itself, in the words of a library's table.
        files: The files of its modules; built-in ones have none.
        factory: Makes an instance.
    """

    description: dict[str, Any]
    files: tuple[str, ...]
    factory: Callable[[], Made]


def resolve(job: CallablesJob) -> Callables:
    """Imports the modules of a job and finds its objects.

    Raises:
        UnresolvedError: what is not there, or not as it should be.
    """
    sys.path[:0] = [folder for folder in job["path"] if folder not in sys.path[:1]]
    found = [_find(reference) for reference in job["calls"]]
    objects = [it for _, it in found]
    if job["config"] and not any(isinstance(it, type) for it in objects):
        raise UnresolvedError(
            f"{job['calls'][0]} takes no `config`: name a class, which is made with it by keyword"
        )

    def make() -> Made:
        made = [_made(it, job) for it in objects]
        _settle_collector(job["gc"])
        own = made[-1]
        digest, reset = (getattr(own, name, None) for name in ("digest", "reset"))
        calls = [_called(it, reference) for it, reference in zip(made, job["calls"], strict=True)]
        if len(made) > 1:
            reset = _reset_all(made)
        return Made(calls, digest, reset, getattr(own, "metrics", None))

    return Callables(
        description=_describe(job, objects),
        files=tuple(file for it, _ in found if (file := getattr(it, "__file__", None))),
        factory=make,
    )


def _find(reference: str) -> tuple[ModuleType, Any]:
    module_name, _, name = reference.partition(":")
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # whatever a module does when it is imported
        raise UnresolvedError(
            f"{reference}: cannot import {module_name}: {type(error).__name__}: {error}; modules "
            "are looked for in `target.path`, the scenario's folder, the current one, and where "
            f"{sys.executable} has its packages"
        ) from error
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise UnresolvedError(f"{reference}: {module_name} has no '{name}'")
        found = getattr(found, part)
    return module, found


def _made(found: Any, job: CallablesJob) -> Any:
    return found(**job["config"]) if isinstance(found, type) else found


def _called(made: Any, reference: str) -> Any:
    """The method of an object that has one, else the object itself."""
    called = getattr(made, "on_message", made)
    if not callable(called):
        raise TypeError(
            f"{reference} is a {type(made).__name__}: it cannot be called, and has no on_message"
        )
    return called


def _reset_all(made: Sequence[Any]) -> Callable[[], None] | None:
    """Sets all of a pipeline back; None where one of them has to be made again for that."""
    resets = [getattr(it, "reset", None) for it in made]
    if all(it is None for it in resets):
        return None

    def reset() -> None:
        for it in resets:
            if it is not None:
                it()

    return reset


def _settle_collector(wanted: Literal["on", "off", "freeze"]) -> None:
    match wanted:
        case "off":
            gc.disable()
        case "freeze":
            gc.collect()
            gc.freeze()
        case "on":
            pass


def _describe(job: CallablesJob, objects: Sequence[Any]) -> dict[str, Any]:
    own = objects[-1]
    names = [_name(it, call) for it, call in zip(objects, job["calls"], strict=True)]
    name = job["name"] or ", ".join(job["calls"])
    stages = list(job["stages"]) or list(getattr(own, "stages", ()))
    if job["is_pipeline"]:
        stages = list(job["stages"]) or names
        if len(stages) != len(names):
            raise UnresolvedError(
                f"`target.stages` names {len(stages)} stages, and there are {len(names)} callables"
            )
    for stage in stages:
        if stage == "total" or stages.count(stage) > 1 or not isinstance(stage, str) or not stage:
            raise UnresolvedError(
                f"no stage can be called '{stage}', or two can: name them in `target.stages`"
            )
    return {
        "name": name,
        "family": job["family"] or getattr(own, "family", "") or name,
        "description": (getattr(own, "__doc__", None) or "").strip().partition("\n")[0],
        "protocol": job["protocol"] or getattr(own, "protocol", ""),
        "stages": stages,
        "kinds": list(getattr(own, "kinds", ())),
        "errors": [],
        "hops": [],
    }


def _name(found: Any, reference: str) -> str:
    fallback = reference.rpartition(":")[2].rpartition(".")[2]
    name = getattr(found, "__name__", fallback)
    return fallback if name == "<lambda>" else str(name)
