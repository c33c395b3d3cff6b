"""From what a checker reports to errors at the target's own lines, each told once."""

import mmap
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from latprobe.driver.job import Job
from latprobe.driver.memory_check.reported import (
    CREATING,
    DESTROYING,
    Frame,
    Reported,
    ReportedError,
    ReportedLeak,
)
from latprobe.run.memory_check import (
    THE_MESSAGE,
    BlockSite,
    CodePlace,
    FaultyMessage,
    Leak,
    MisuseOfMemory,
)
from latprobe.run.own_code import is_own

_MOST_MESSAGES: Final = 1_000
_HEAD_BYTES: Final = 64
_NUMBER: Final = struct.Struct("=q")
_THE_MESSAGE: Final = CodePlace(THE_MESSAGE, None, None)


@dataclass(frozen=True)
class Folding:
    """Whose lines are looked for.

    Attributes:
        library: The target's, as it is loaded.
        runner: The program that replays: what it allocates is the message.
    """

    library: str
    runner: str


def errors_of(reported: Reported, folding: Folding) -> tuple[MisuseOfMemory, ...]:
    """The errors in the order in which they came; alike at one line about one block are one."""
    gathered: dict[object, MisuseOfMemory] = {}
    for it in reported.errors:
        one = _error(it, folding)
        key = (one.what, one.place, one.blocks, one.during)
        before = gathered.get(key)
        if before is not None:
            one = MisuseOfMemory(
                before.what,
                before.detail,
                before.place,
                before.stack,
                before.blocks,
                before.times + one.times,
                before.during,
                before.message,
            )
        gathered[key] = one
    return tuple(gathered.values())


def leaks_of(leaks: Iterable[ReportedLeak], folding: Folding) -> tuple[Leak, ...]:
    """Those of the target's, by line, the most bytes first."""
    sums: dict[CodePlace, Leak] = {}
    for it in leaks:
        if not any(frame.module == folding.library for frame in it.frames):
            continue
        place = _place(it.frames, folding)
        before = sums.get(place, Leak(place, _stack(it.frames, folding), 0, 0))
        blocks, lost = before.blocks + it.blocks, before.bytes + it.bytes
        sums[place] = Leak(place, before.stack, blocks, lost)
    return tuple(sorted(sums.values(), key=lambda it: -it.bytes))


def faulty_messages(
    reported: Reported, kinds: Sequence[str], job: Job
) -> tuple[tuple[FaultyMessage, ...], int]:
    """The first messages with errors, and how many there are."""
    errors = {sequence: it.errors for sequence, it in reported.answered.items()}
    for it in reported.errors:
        if it.in_hand >= 0:
            errors.setdefault(it.in_hand, 1)
    first = sorted(errors)[:_MOST_MESSAGES]
    with job.feed.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as feed:
        found = []
        for sequence in first:
            answered = reported.answered.get(sequence)
            is_known = answered is not None and 0 <= answered.answer < len(kinds)
            kind = kinds[answered.answer] if answered is not None and is_known else None
            recv_ns, size, head = _message(feed, job.batches, sequence)
            found.append(FaultyMessage(sequence, recv_ns, kind, size, head, errors[sequence]))
    return tuple(found), len(errors)


def _message(
    feed: mmap.mmap, batches: Sequence[tuple[int, int, int, int, int]], sequence: int
) -> tuple[int, int, bytes]:
    """When a message came, its size, and how it begins."""
    index = sequence % sum(messages for messages, *_ in batches)
    for messages, times, offsets, payload, _ in batches:
        if index < messages:
            (recv_ns,) = _NUMBER.unpack_from(feed, times + 8 * index)
            (start,) = _NUMBER.unpack_from(feed, offsets + 8 * index)
            (end,) = _NUMBER.unpack_from(feed, offsets + 8 * index + 8)
            head = feed[payload + start : payload + min(end, start + _HEAD_BYTES)]
            return recv_ns, end - start, head
        index -= messages
    raise AssertionError("a message lies in a batch")


def _error(it: ReportedError, folding: Folding) -> MisuseOfMemory:
    during: Literal["create", "message", "destroy"] = "message"
    if it.in_hand in (CREATING, DESTROYING):
        during = "create" if it.in_hand == CREATING else "destroy"
    blocks = [
        BlockSite(block.what, _block_place(block.frames, folding))
        for block in it.blocks
        if block.frames
    ]
    return MisuseOfMemory(
        it.what,
        it.detail,
        _place(it.frames, folding),
        _stack(it.frames, folding),
        tuple(blocks),
        it.times,
        during,
        it.in_hand if during == "message" else None,
    )


def _block_place(frames: Sequence[Frame], folding: Folding) -> CodePlace:
    """Whoever called the allocator: the runner only asks for messages."""
    is_message = len(frames) > 1 and frames[1].module == folding.runner
    return _THE_MESSAGE if is_message else _place(frames, folding)


def _place(frames: Sequence[Frame], folding: Folding) -> CodePlace:
    """The innermost line of the target's own; else of its library, else of all."""
    own = (it for it in frames if is_own(it.location, it.module, folding.library))
    inside = (it for it in frames if it.module == folding.library)
    found = next(own, None) or next(inside, None) or (frames[0] if frames else None)
    return CodePlace("???", None, None) if found is None else _as_place(found)


def _stack(frames: Sequence[Frame], folding: Folding) -> tuple[CodePlace, ...]:
    """Up to whoever calls the target."""
    outermost = next((n for n, it in enumerate(frames) if it.module == folding.runner), len(frames))
    return tuple(map(_as_place, frames[:outermost]))


def _as_place(frame: Frame) -> CodePlace:
    return CodePlace(frame.location.function, frame.location.file, frame.location.line)


def path_of(library: str) -> str:
    """A library as it is loaded."""
    return str(Path(library).resolve())
