"""Targets that are asyncio services, as a scenario names them."""

from typing import TYPE_CHECKING, Final

from latprobe.reference import is_reference

if TYPE_CHECKING:
    from latprobe.scenario.model import Scenario, TargetReference

_SERVED: Final = ("recorded", "rate")


def check_service(target: "TargetReference") -> None:
    """Refuses what names no service, and what is for services in another target.

    Raises:
        ValueError: what, and what was expected.
    """
    if target.asyncio is None:
        if target.loop != "asyncio" or target.transport != "call":
            raise ValueError("`loop` and `transport` are for a target of `asyncio`")
        if target.path and not target.is_python:
            raise ValueError("`path` is for targets of `python` and `asyncio`")
        return
    if target.library or target.is_python:
        raise ValueError(
            "a target is of a `library`, of `python` or of `asyncio`: leave the others out"
        )
    if target.payload != "memoryview":
        raise ValueError("`payload` is of no use with an asyncio target, which is handed bytes")
    if not is_reference(target.asyncio):
        raise ValueError(
            f"`asyncio` names what makes a service, as `package.module:create`, "
            f"and not '{target.asyncio}'"
        )


def check_driven(scenario: "Scenario") -> None:
    """Refuses driving that services do not have: they are handed messages by a plan.

    Raises:
        ValueError: what, and what to do.
    """
    drive, target = scenario.drive, scenario.target
    if target.asyncio is None:
        return
    if drive.mode == "closed":
        raise ValueError(
            'an asyncio target is driven by a plan: say mode = "recorded", "rate", "poisson" or '
            '"burst" in [drive]'
        )
    if target.transport == "websocket" and drive.mode not in _SERVED:
        raise ValueError(
            f'a WebSocket is served in mode = "recorded" or "rate", and not "{drive.mode}"'
        )
    if drive.marks == "apart":
        raise ValueError('`marks = "apart"` is for stages, which an asyncio target has not')
    if scenario.simulate or isinstance(scenario.counters, tuple):
        which = "simulate" if scenario.simulate else "counters"
        raise ValueError(f"`{which}` is of no use with an asyncio target, which is timed alone")
    if drive.clock != "auto":
        raise ValueError(
            "`clock` is of no use with an asyncio target: its loop and its plan go by the "
            "monotonic clock"
        )
