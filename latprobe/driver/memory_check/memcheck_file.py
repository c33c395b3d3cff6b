"""What memcheck wrote, as XML.

The format is valgrind's own, see `docs/internals/xml-output-protocol4.txt` in its sources. Between
the errors stand the lines that `native/simulate/check.c` asks for, each behind the errors of one
message: `latprobe SEQUENCE ANSWER ERRORS`; and at the end `latprobe done`.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from typing import Final
from xml.etree.ElementTree import Element, ParseError, iterparse

from latprobe.driver.memory_check.reported import (
    CREATING,
    Answered,
    BlockStack,
    Frame,
    Reported,
    ReportedError,
    ReportedLeak,
)
from latprobe.run.call_sites import CodeLocation

_WHAT: Final = {
    "InvalidRead": "invalid read",
    "InvalidWrite": "invalid write",
    "InvalidJump": "invalid jump",
    "InvalidFree": "invalid free",
    "MismatchedFree": "mismatched free",
    "Overlap": "overlapping copy",
    "UninitCondition": "uninitialised value",
    "UninitValue": "uninitialised value",
    "SyscallParam": "system call with bad memory",
    "FishyValue": "size below zero",
}
_LOST: Final = "Leak_DefinitelyLost"
_DONE: Final = "latprobe done"
_MARKER: Final = re.compile(r"latprobe (-?\d+) (-?\d+) (\d+)\s*")
_BLOCK: Final = re.compile(
    r"Address 0x[0-9a-fA-F]+ is (?P<where>[\d,]+ bytes (?:after|inside|before)|[a-z ]+?) "
    r"a block of size (?P<size>[\d,]+) (?P<state>alloc'd|free'd|client-defined)"
)
_ADDRESS: Final = re.compile(r"(?:Address )?0x[0-9a-fA-F]+\s*(?:is )?")


def read_memcheck(text: bytes, in_hand: int | None) -> Reported:
    """Reads memcheck's file, to where it ends: that of a killed process is cut short.

    Args:
        text: The file.
        in_hand: The message that errors without a line behind them were made with; None before the
            first.
    """
    reader = _Reader(in_hand)
    for element in _elements(text):
        reader.take(element)
    return reader.read()


def _elements(text: bytes) -> Iterator[Element]:
    """The parts of the whole, as far as they go."""
    # Valgrind's own file, which declares no entities; what it quotes it escapes.
    if b"<!" in text[:1024]:
        return
    with suppress(ParseError):  # cut short: what comes before can be read
        for _, element in iterparse(BytesIO(text), ["end"]):  # noqa: S314  # see above
            if element.tag in _READ:
                yield element


_READ: Final = ("error", "clientmsg", "errorcounts", "fatal_signal", "preamble")


class _Reader:
    """Gathers elements in their order."""

    def __init__(self, in_hand: int | None) -> None:
        self._in_hand = CREATING if in_hand is None else in_hand
        self._errors: dict[str, ReportedError] = {}
        self._waiting: list[str] = []
        self._answered: dict[int, Answered] = {}
        self._leaks: list[ReportedLeak] = []
        self._counts: dict[str, int] = {}
        self._fatal: str | None = None
        self._version = ""
        self._is_done = False

    def take(self, it: Element) -> None:
        match it.tag:
            case "error":
                self._error(it)
            case "clientmsg":
                self._marker(it.findtext("text") or "")
            case "errorcounts":
                for pair in it.iter("pair"):
                    self._counts[pair.findtext("unique", "")] = int(pair.findtext("count", "1"))
            case "fatal_signal":
                self._fatal = it.findtext("signame")
            case "preamble":
                lines = [line.text or "" for line in it.iter("line")]
                found = re.search(r"Valgrind-([\w.-]+)", " ".join(lines))
                self._version = f"valgrind-{found[1]}" if found else "valgrind"

    def _error(self, it: Element) -> None:
        kind = it.findtext("kind") or ""
        if kind.startswith("Leak_"):
            about = it.find("xwhat")
            if kind == _LOST and about is not None:
                lost = (int(about.findtext(name, "0")) for name in ("leakedblocks", "leakedbytes"))
                self._leaks.append(ReportedLeak(_frames(it.find("stack")), *lost))
            return
        unique = it.findtext("unique") or str(len(self._errors))
        self._errors[unique] = _error_of(it, kind, self._in_hand)
        self._waiting.append(unique)

    def _marker(self, text: str) -> None:
        self._is_done |= text.strip() == _DONE
        found = _MARKER.fullmatch(text)
        if found is None:
            return  # a line of the target's own
        sequence, answer, errors = map(int, found.groups())
        for unique in self._waiting:
            self._errors[unique] = replace(self._errors[unique], in_hand=sequence)
        self._waiting.clear()
        if sequence >= 0:
            self._answered[sequence] = Answered(answer, errors)

    def read(self) -> Reported:
        errors = [
            replace(error, times=self._counts.get(unique, 1))
            for unique, error in self._errors.items()
        ]
        leaks = tuple(self._leaks) if self._is_done else None
        return Reported(
            tuple(errors), self._answered, leaks, self._is_done, self._fatal, self._version
        )


def _error_of(it: Element, kind: str, in_hand: int) -> ReportedError:
    stacks = [_frames(stack) for stack in it.findall("stack")]
    notes = [aux.text or "" for aux in it.findall("auxwhat")]
    notes += [aux.findtext("text") or "" for aux in it.findall("xauxwhat")]
    words = it.findtext("what") or it.findtext("xwhat/text") or kind
    what = _WHAT.get(kind, words)
    block = next((found for note in notes if (found := _BLOCK.search(note))), None)
    if kind == "InvalidFree" and block is not None and block["state"] == "free'd":
        what = "double free"
    detail = _ADDRESS.sub("", "; ".join([words, *notes[:1]]))
    if block is not None:
        state = " that was freed" if block["state"] == "free'd" else ""
        detail = f"{_ADDRESS.sub('', words)}, {block['where']} a block of {block['size']} bytes"
        detail += state
    blocks = [
        BlockStack("freed" if "free'd" in note else "allocated", frames)
        for note, frames in zip(notes, stacks[1:], strict=False)
        if "alloc" in note or "free'd" in note
    ]
    return ReportedError(what, detail, stacks[0] if stacks else (), tuple(blocks), in_hand)


def _frames(stack: Element | None) -> tuple[Frame, ...]:
    return tuple(_frame(it) for it in stack.findall("frame")) if stack is not None else ()


def _frame(it: Element) -> Frame:
    module, name = it.findtext("obj") or "", it.findtext("file")
    folder, line = it.findtext("dir"), it.findtext("line")
    file = f"{folder}/{name}" if folder and name and not name.startswith("/") else name
    function = it.findtext("fn") or f"{module.rpartition('/')[2]}:{it.findtext('ip') or '???'}"
    return Frame(CodeLocation(function, file, int(line) if line else None), module)
