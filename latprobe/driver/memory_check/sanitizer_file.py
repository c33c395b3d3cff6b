"""What AddressSanitizer reported: the records of `native/simulate/check.c`, and its own log."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, Literal, NamedTuple

from latprobe.driver.memory_check.reported import (
    Answered,
    BlockStack,
    Frame,
    Reported,
    ReportedError,
    ReportedLeak,
)

Symbolize = Callable[[Sequence[tuple[str, int]]], list[tuple[Frame, ...]]]
"""The functions at addresses, each in a file: several where some were inlined."""

_RECORD: Final = re.compile(rb"(report|again|answered) (-?\d+) (-?\d+)\n|(done)\n")
_ERROR: Final = re.compile(
    r"ERROR: AddressSanitizer: (?P<what>[^\n]*?)"
    r"(?: on (?:unknown )?address.*| \(pc .*|: memory ranges .*)?\n"
)
_ACCESS: Final = re.compile(r"\b(READ|WRITE)(?: of size (\d+)| memory access)")
_BLOCK: Final = re.compile(
    r"is located (?P<at>\d+) bytes (?P<where>to the right of|to the left of|after|before|"
    r"inside of) (?P<size>\d+)-byte region"
)
_FRAME: Final = re.compile(r"#\d+ 0x([0-9a-f]+).*?\((.+?)\+0x([0-9a-f]+)\)")
_LEAK: Final = re.compile(r"(Direct|Indirect) leak of (\d+) byte\(s\) in (\d+) object\(s\)")
_WHERE: Final = {"to the right of": "after", "to the left of": "before", "inside of": "inside"}
_ADDRESS: Final = re.compile(r"(?: on(?: address)?)? ?0x[0-9a-f]+| in thread T\d+")
_BEGINS: Final[tuple[tuple[re.Pattern[str], Literal["allocated", "freed"]], ...]] = (
    (re.compile(r"^(?:previously )?allocated by thread"), "allocated"),
    (re.compile(r"^freed by thread"), "freed"),
)


_NO_LEAK_CHECK: Final = "LeakSanitizer has encountered a fatal error"
"""Where it may not look at its own process, as in a container without ptrace."""


class _Stacks(NamedTuple):
    """Addresses of a report: of who made the error, and of its block."""

    error: tuple[tuple[str, int], ...]
    blocks: tuple[tuple[Literal["allocated", "freed"], tuple[tuple[str, int], ...]], ...]


def read_sanitizer(records: bytes, log: str, symbolize: Symbolize) -> Reported:
    """Reads the records of a replay, to where they end, and the leaks in the log.

    Args:
        records: The runner's file.
        log: AddressSanitizer's own, in which leaks stand alone.
        symbolize: Finds functions.
    """
    texts: list[tuple[int, str]] = []
    times = Counter[int]()
    answers: dict[int, int] = {}
    errors_of = Counter[int]()
    is_done = False
    for kind, first, second, text in _records(records):
        match kind:
            case "report":
                times[len(texts)] += 1
                texts.append((first, text))
                errors_of[first] += 1
            case "again":
                times[first] += 1
                errors_of[second] += 1
            case "answered":
                answers[first] = second
            case "done":
                is_done = True
    errors = [_error(text, in_hand, symbolize) for in_hand, text in texts]
    return Reported(
        tuple(replace(it, times=times[number]) for number, it in enumerate(errors)),
        {it: Answered(answer, errors_of[it]) for it, answer in answers.items() if it >= 0},
        tuple(_leaks(log, symbolize)) if is_done and _NO_LEAK_CHECK not in log else None,
        is_done,
        _fatal(texts[-1][1]) if texts and not is_done else None,
    )


def _records(content: bytes) -> Iterator[tuple[str, int, int, str]]:
    at = 0
    while (found := _RECORD.match(content, at)) is not None:
        at = found.end()
        if found[4]:
            yield "done", 0, 0, ""
            continue
        kind, first, second = found[1].decode(), int(found[2]), int(found[3])
        text = ""
        if kind == "report":
            text = content[at : at + second].decode(errors="replace")
            at += second + 1
        yield kind, first, second, text


def _fatal(text: str) -> str | None:
    """What ended the process, by the last report; AddressSanitizer handles these signals."""
    found = re.search(r"AddressSanitizer: (SEGV|BUS|ILL|FPE|ABRT)\b", text)
    return f"SIG{found[1]}" if found else None


def _error(text: str, in_hand: int, symbolize: Symbolize) -> ReportedError:
    found = _ERROR.search(text)
    name = _ADDRESS.sub("", found["what"] if found else text[:100]).strip(" :")
    access, block = _ACCESS.search(text), _BLOCK.search(text)
    what, detail = _words(name), name
    if access is not None:
        does = "read" if access[1] == "READ" else "write"
        detail = f"{name}: {does} of size {access[2]}" if access[2] else f"{name}: {does}"
        if what == name:
            what = f"invalid {does}"
    if block is not None:
        where = _WHERE.get(block["where"], block["where"])
        detail += f", {block['at']} bytes {where} a block of {block['size']} bytes"
        if "freed by thread" in text:
            detail += " that was freed"
    stacks = _stacks(text)
    return ReportedError(
        what,
        detail,
        _frames(stacks.error, symbolize),
        tuple(BlockStack(it, _frames(frames, symbolize)) for it, frames in stacks.blocks),
        in_hand,
    )


def _words(name: str) -> str:
    """The same error in the words that memcheck's has here."""
    for begin, words in (
        ("attempting double-free", "double free"),
        ("attempting free", "invalid free"),
        ("alloc-dealloc-mismatch", "mismatched free"),
        ("negative-size-param", "size below zero"),
    ):
        if name.startswith(begin):
            return words
    return "overlapping copy" if "-param-overlap" in name else name


def _stacks(text: str) -> _Stacks:
    """The stacks of a report: each begins behind a line that says what it is of."""
    error: list[tuple[str, int]] = []
    blocks: list[tuple[Literal["allocated", "freed"], list[tuple[str, int]]]] = []
    into: list[tuple[str, int]] | None = error
    for line in text.splitlines():
        frame = _FRAME.search(line)
        if frame is not None:
            if into is not None:
                into.append((frame[2], int(frame[3], 16)))
            continue
        begun = next((what for begin, what in _BEGINS if begin.match(line)), None)
        if begun is not None:
            into = []
            blocks.append((begun, into))
        elif error or not line.strip():
            into = None if error else into
    return _Stacks(tuple(error), tuple((what, tuple(frames)) for what, frames in blocks))


def _frames(addresses: Sequence[tuple[str, int]], symbolize: Symbolize) -> tuple[Frame, ...]:
    return tuple(frame for frames in symbolize(addresses) for frame in frames)


def _leaks(log: str, symbolize: Symbolize) -> Iterator[ReportedLeak]:
    """The direct ones: what is lost with them is counted at their own places."""
    for part in re.split(r"\n(?=(?:Direct|Indirect) leak of)", log):
        found = _LEAK.match(part)
        if found is None or found[1] != "Direct":
            continue
        stack = part.partition("\n\n")[0]
        addresses = [(it[2], int(it[3], 16)) for it in _FRAME.finditer(stack)]
        yield ReportedLeak(_frames(addresses, symbolize), int(found[3]), int(found[2]))
