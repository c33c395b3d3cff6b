"""How targets that are asyncio services can be driven."""

from typing import Final

from latprobe.scenario.drive import Drive
from latprobe.scenario.target_reference import TargetReference

_SERVED: Final = ("recorded", "rate")


def check_driven(
    target: TargetReference,
    drive: Drive,
    *,
    simulate: bool,
    counters: bool | tuple[str, ...],
) -> None:
    """Refuses driving that services do not have: they are handed messages by a plan.

    Raises:
        ValueError: what, and what to do.
    """
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
    if simulate or isinstance(counters, tuple):
        which = "simulate" if simulate else "counters"
        raise ValueError(f"`{which}` is of no use with an asyncio target, which is timed alone")
    if drive.clock != "auto":
        raise ValueError(
            "`clock` is of no use with an asyncio target: its loop and its plan go by the "
            "monotonic clock"
        )
