"""Which code is under test, as a scenario names it."""

from typing import Any, Literal

from msgspec import Struct, field

from latprobe.reference import is_reference
from latprobe.scenario.python_target import check_references

Protocol = Literal["json", "itch50", "fix", "msgpack", "protobuf"]


class TargetReference(Struct, frozen=True, forbid_unknown_fields=True):
    """Which code is under test: a library's target, Python callables, or an asyncio service.

    Attributes:
        library: The shared library.
        name: The target's name in it; what to call callables or a service, by default their own
            names.
        config: Handed to the target as JSON, to a Python class or what makes a service as keywords.
        python: `package.module:object`, or a list of such, each a stage that is fed by the one
            before.
        payload: What the first callable is handed.
        gc: The interpreter's collector: `on`, `off`, or on with all that was there before the first
            message taken out of it (`freeze`).
        path: Folders to look for Python modules in, before the scenario's own and the current one.
        stages: Names for the callables of a list; else the stages that one callable marks.
        protocol: Protocol of the feeds that callables read; empty for any.
        family: Targets of one family must understand a feed alike.
        asyncio: `package.module:object`, which makes a service, or is a coroutine that takes a
            message.
        loop: The event loop that a service runs in.
        transport: How its messages come: by `call`, or over a `websocket` that it connects to.
    """

    library: str = ""
    name: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    python: str | tuple[str, ...] | None = None
    payload: Literal["memoryview", "bytes"] = "memoryview"
    gc: Literal["on", "off", "freeze"] = "on"
    path: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    protocol: Protocol | Literal[""] = ""
    family: str = ""
    asyncio: str | None = None
    loop: Literal["asyncio", "uvloop"] = "asyncio"
    transport: Literal["call", "websocket"] = "call"

    def __post_init__(self) -> None:
        _check_service(self)
        if self.is_python:
            check_references(self.calls)
            if self.library:
                raise ValueError("a target is of a `library`, or `python`: leave one of them out")
        elif self.stages or self.protocol or self.family or self.gc != "on":
            raise ValueError("`stages`, `protocol`, `family` and `gc` are for `python`")
        elif self.payload != "memoryview":
            raise ValueError("`payload` is for `python`")

    @property
    def is_python(self) -> bool:
        """Whether it is made of Python callables."""
        return self.python is not None

    @property
    def calls(self) -> tuple[str, ...]:
        """The callables by name, in order; none of a library's target."""
        match self.python:
            case None:
                return ()
            case str(one):
                return (one,)
            case several:
                return several


def _check_service(target: TargetReference) -> None:
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
