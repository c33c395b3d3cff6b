"""Which lines of Python allocate, by memray: a `CallSitePass` as plain data.

memray's tracker sees every allocation with the Python stack. What happens meanwhile is told to it
by the core, in blocks of sizes that stand for it and that nothing else asks for like that: so each
allocation is of a message and a stage.
"""

import json
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from latprobe import _core
from latprobe.temporary_folder import temporary_folder

MOST_MESSAGES: Final = 2_000
"""Messages that are traced at most: each allocation is a record of its own."""

_MOST_INDEX: Final = 64
_RECORDS_AT_ONCE: Final = 1_000
_OWN_FILE: Final = __file__
_MODULE: Final = "python"


Call = Literal["valloc", "free", "realloc", "other"]
Stack = tuple[tuple[str, str, int], ...]
Start = Callable[[], object]
"""Begins to trace."""
Own = Callable[[Stack], Stack | None]
"""The part of a stack that is the target's; None for what is latprobe's own doing."""


class Event(NamedTuple):
    """One record of a trace; `stack` has (function, file, line), innermost first."""

    call: Call
    size: int
    address: int
    stack: Stack


class Told(NamedTuple):
    """Names of what the core told of, by their indices."""

    stages: list[str]
    kinds: list[str]


def traced(replay: _core.Replay, warmup: int, measured: int, capture: str | None) -> str:
    """Runs a pass under memray's tracker, and answers a `CallSitePass` as JSON.

    With a `capture`, memray's own file is kept there.

    Raises:
        NativeError: where memray is not installed.
    """

    def driven(start: Start) -> Told:
        told = json.loads(_driven(replay, warmup, min(measured, MOST_MESSAGES), start))
        return Told(told["stages"], told["kinds"])

    return trace(driven, capture, _above)


def trace(
    driven: Callable[[Start], Told],
    capture: str | None,
    own: Own,
    alive: Callable[[], None] = lambda: None,
) -> str:
    """Traces what `driven` does from when it calls what it is handed; see `traced`.

    That has to return to a frame that stays: memray loses track of those above it. `alive` is told
    that the trace is being read, which takes longer than it took to make.
    """
    try:
        import memray  # noqa: PLC0415  # an extra of its own, and slow to import
    except ImportError as error:
        raise _core.NativeError(
            "call sites of Python are found by memray, which is not installed: install "
            "latprobe[python], or memray itself"
        ) from error
    with temporary_folder() as folder:
        path = Path(capture or folder / "trace.bin")
        tracker = memray.Tracker(
            destination=memray.FileDestination(path, overwrite=True),
            trace_python_allocators=True,
        )
        with ExitStack() as until_then:
            told = driven(partial(until_then.enter_context, tracker))
        return json.dumps(folded(_events(memray, path, alive), *told, own))


def _driven(replay: _core.Replay, warmup: int, measured: int, start: Callable[[], object]) -> str:
    """The frame that all that is traced lies above."""
    return replay.narrated(warmup, measured, start)


def _events(memray: Any, path: Path, alive: Callable[[], None]) -> Iterable[Event]:
    frees = {
        memray.AllocatorType.FREE,
        memray.AllocatorType.MUNMAP,
        memray.AllocatorType.PYMALLOC_FREE,
    }
    reallocations = {memray.AllocatorType.REALLOC, memray.AllocatorType.PYMALLOC_REALLOC}
    for number, record in enumerate(memray.FileReader(path).get_allocation_records()):
        if number % _RECORDS_AT_ONCE == 0:
            alive()
        allocator = memray.AllocatorType(record.allocator)
        is_free = allocator in frees
        call: Call = "free" if is_free else "realloc" if allocator in reallocations else "other"
        if allocator is memray.AllocatorType.VALLOC:
            call = "valloc"
        stack = () if is_free else tuple(record.stack_trace())
        yield Event(call, record.size, record.address, stack)


class _Fold:
    """Gathers events by stack, stage and kind."""

    def __init__(self, stages: list[str], kinds: list[str], own: Own) -> None:
        self.stages, self.kinds, self.own = stages, kinds, own
        self.message = 0
        self.of_kind: dict[str | None, int] = {}
        self.sites: dict[tuple[Any, str | None, str | None], dict[str, int]] = {}
        self.pending: list[tuple[str | None, tuple[Any, ...], str, int]] = []
        self.unmarked = 0
        self.live: dict[int, tuple[int, tuple[Any, ...]]] = {}
        self.freed: int | None = None
        self.told: int | None = None
        self.in_message = False

    def take(self, event: Event) -> None:
        if event.call == "free":
            self._free(event.address)
            return
        if event.call == "valloc" and self._is_told(event.size):
            self.told = event.address
            return
        was_resized = event.call == "realloc" and self.freed is not None
        self.freed = None
        if self.in_message:
            of_target = self.own(event.stack)
            if of_target is None:
                return
            stack = of_target or (("(called natively)", None, None),)
            self._note(stack, "reallocations" if was_resized else "allocations", event.size)
            self.live[event.address] = (self.message, stack)

    def _free(self, address: int) -> None:
        if address == self.told:
            self.told = None
            return
        self.freed = address
        found = self.live.pop(address, None)
        if found is not None and self.in_message:
            message, stack = found
            self._note(stack, "frees", 0)
            if message == self.message:
                self._note(stack, "freed_within", 0)

    def _note(self, stack: tuple[Any, ...], what: str, size: int) -> None:
        self.pending.append((None, stack, what, size))

    def _is_told(self, size: int) -> bool:
        if size == _core.TOLD_BEGIN:
            self.in_message, self.pending, self.unmarked = True, [], 0
        elif 0 <= size - _core.TOLD_MARK < len(self.stages):
            self._mark(self.stages[size - _core.TOLD_MARK])
        elif 0 <= size - _core.TOLD_END <= _MOST_INDEX:
            self._end(size - _core.TOLD_END)
        else:
            return False
        return True

    def _mark(self, stage: str) -> None:
        marked = ((stage, *rest) for _, *rest in self.pending[self.unmarked :])
        self.pending[self.unmarked :] = marked  # type: ignore[assignment]
        self.unmarked = len(self.pending)

    def _end(self, told: int) -> None:
        kind = self.kinds[told - 1] if told else None
        self.of_kind[kind] = self.of_kind.get(kind, 0) + 1
        self.in_message = False
        self.message += 1
        for stage, stack, what, size in self.pending:
            counts = self.sites.setdefault((stack, stage, kind), {})
            counts[what] = counts.get(what, 0) + 1
            if what in ("allocations", "reallocations"):
                counts["bytes"] = counts.get("bytes", 0) + size
                counts["least_bytes"] = min(counts.get("least_bytes", size), size)
                counts["most_bytes"] = max(counts.get("most_bytes", size), size)


def _above(stack: Stack) -> Stack:
    """The part of a stack that is the target's."""
    for place, (_, file, _) in enumerate(stack):
        if file == _OWN_FILE:
            return stack[:place]
    return stack


def folded(
    events: Iterable[Event], stages: list[str], kinds: list[str], own: Own = _above
) -> dict[str, Any]:
    """Gathers the events of a trace into a `CallSitePass`.

    A free stands where its block was asked for. A reallocation is told by the free that memray
    records right before it.
    """
    fold = _Fold(stages, kinds, own)
    for event in events:
        fold.take(event)
    addresses: dict[Any, int] = {}
    stacks: dict[Any, int] = {}
    sites = []
    for (stack, stage, kind), counts in fold.sites.items():
        for frame in stack:
            addresses.setdefault(frame, len(addresses))
        number = stacks.setdefault(stack, len(stacks))
        sites.append({"stack": number, "stage": stage, "kind": kind, "counts": counts})
    names = ("allocations", "frees", "reallocations", "bytes")
    return {
        "collector": "callsites",
        "messages": fold.message,
        "kinds": [{"kind": kind, "messages": it} for kind, it in fold.of_kind.items()],
        "counted": {name: _sum(fold.sites.values(), name) for name in names},
        "modules": [{"path": _MODULE, "build_id": None}],
        "addresses": [
            {
                "module": 0,
                "address": line or 0,
                "locations": [{"function": function, "file": file, "line": line}],
            }
            for function, file, line in addresses
        ],
        "stacks": [
            {"addresses": [addresses[frame] for frame in stack], "complete": True}
            for stack in stacks
        ],
        "sites": sites,
        "unplaced": {},
        "system_calls_unsupported": "memray sees allocations alone",
    }


def _sum(counts: Iterable[dict[str, int]], name: str) -> int:
    return sum(it.get(name, 0) for it in counts)
