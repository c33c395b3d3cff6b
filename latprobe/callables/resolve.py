"""From `module:object` to what is called. Runs in a process of its own, and imports little.

`dataclasses` alone would take a third of the time in which a fork starts.
"""

import gc
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from latprobe.reference import UnresolvedError, find_object

if TYPE_CHECKING:
    from latprobe.callables.job import CallablesJob

_MOST_STAGES: Final = 32
_MOST_KINDS: Final = 64


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


def resolve(job: "CallablesJob") -> Callables:
    """Imports the modules of a job and finds its objects.

    Raises:
        UnresolvedError: what is not there, or not as it should be.
    """
    found = [find_object(reference, job["path"]) for reference in job["calls"]]
    objects = [it for _, it in found]
    if job["config"] and not any(isinstance(it, type) for it in objects):
        raise UnresolvedError(
            f"{job['calls'][0]} takes no `config`: name a class, which is made with it by keyword"
        )

    shared = [it for it in objects if not isinstance(it, type) and hasattr(it, "reset")]
    is_first = True

    def make() -> Made:
        nonlocal is_first
        made = [_made(it, job) for it in objects]
        if is_first:
            _settle_collector(job["gc"])
        else:
            for it in shared:  # which the modules have made, once
                it.reset()
        is_first = False
        own = made[-1]
        calls = [_called(it, reference) for it, reference in zip(made, job["calls"], strict=True)]
        reset = _reset_all(objects, made)
        return Made(calls, getattr(own, "digest", None), reset, getattr(own, "metrics", None))

    return Callables(
        description=_describe(job, objects),
        files=tuple(file for it, _ in found if (file := getattr(it, "__file__", None))),
        factory=make,
    )


def _made(found: Any, job: "CallablesJob") -> Any:
    return found(**job["config"]) if isinstance(found, type) else found


def _called(made: Any, reference: str) -> Any:
    """The method of an object that has one, else the object itself."""
    called = getattr(made, "on_message", made)
    if not callable(called):
        raise TypeError(
            f"{reference} is a {type(made).__name__}: it cannot be called, and has no on_message"
        )
    return called


def _reset_all(objects: Sequence[Any], made: Sequence[Any]) -> Callable[[], None] | None:
    """Sets all of a pipeline back; None where one of them has to be made again for that."""
    resets = [getattr(it, "reset", None) for it in made]
    if any(
        isinstance(it, type) and reset is None for it, reset in zip(objects, resets, strict=True)
    ):
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


def _describe(job: "CallablesJob", objects: Sequence[Any]) -> dict[str, Any]:
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
    _check_names(stages, "stage", _MOST_STAGES, "name them in `target.stages`")
    if "total" in stages:
        raise UnresolvedError(
            "no stage can be called 'total', which is the whole message: name it in `target.stages`"
        )
    kinds = list(getattr(own, "kinds", ()))
    _check_names(kinds, "kind", _MOST_KINDS, "`kinds` of the target are texts that differ")
    return {
        "name": name,
        "family": job["family"] or getattr(own, "family", "") or name,
        "description": (getattr(own, "__doc__", None) or "").strip().partition("\n")[0],
        "protocol": job["protocol"] or getattr(own, "protocol", ""),
        "stages": stages,
        "kinds": kinds,
        "errors": [],
        "hops": [],
    }


def _check_names(names: Sequence[object], what: str, most: int, advice: str) -> None:
    if len(names) > most:
        raise UnresolvedError(f"there are {len(names)} {what}s, and there may be {most}: {advice}")
    for name in names:
        if not isinstance(name, str) or not name:
            raise UnresolvedError(f"no {what} can be called {name!r}: {advice}")
        if names.count(name) > 1:
            raise UnresolvedError(f"two {what}s are called '{name}': {advice}")


def _name(found: Any, reference: str) -> str:
    fallback = reference.rpartition(":")[2].rpartition(".")[2]
    name = getattr(found, "__name__", fallback)
    return fallback if name == "<lambda>" else str(name)
