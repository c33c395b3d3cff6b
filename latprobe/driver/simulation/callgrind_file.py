"""What callgrind wrote: costs by source line, and by who called.

The format is callgrind's own, see "Callgrind Format Specification" in valgrind's manual: names may
be compressed to a number, positions to a difference, and zeros at the end of a line left out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_NAME: Final = re.compile(r"(fl|fi|fe|fn|ob|cfl|cfi|cfn|cob)=(?:\((\d+)\) ?)?(.*)")
_COSTS: Final = re.compile(r"(\d+|[+-]\d+|\*)((?: \d+)*)")
_SAME_NAMES: Final = {"fi": "fl", "fe": "fl", "cfl": "fl", "cfi": "fl", "cfn": "fn", "cob": "ob"}
_CALLED: Final = ("cfl", "cfi", "cfn", "cob")


class Place(NamedTuple):
    """A source line; 0 and `???` where there are no symbols for it."""

    file: str
    line: int
    function: str


@dataclass(frozen=True)
class CallgrindFile:
    """Costs in the order of `events`.

    Attributes:
        events: Callgrind's own names.
        lines: What each source line executed itself.
        called: For each function, what it caused in others by calling them.
    """

    events: tuple[str, ...]
    lines: Mapping[Place, Counter[str]]
    called: Mapping[str, Counter[str]]


class CallgrindError(ValueError):
    """What callgrind wrote cannot be read."""


@dataclass
class _Reader:
    events: tuple[str, ...] = ()
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    file: str = "???"
    function: str = "???"
    line: int = 0
    in_call: bool = False
    lines: dict[Place, Counter[str]] = field(default_factory=dict)
    called: dict[str, Counter[str]] = field(default_factory=dict)

    def take(self, text: str) -> None:
        if costs := _COSTS.fullmatch(text):
            self._costs(costs[1], costs[2].split())
        elif name := _NAME.fullmatch(text):
            self._name(name[1], name[2], name[3])
        elif text.startswith("calls="):
            self.in_call = True
        elif text.startswith("events:"):
            self.events = tuple(text.split()[1:])

    def _costs(self, position: str, costs: list[str]) -> None:
        if position == "*":
            line = self.line
        elif position[0] in "+-":
            line = self.line + int(position)
        else:
            line = int(position)
        self.line = line
        if len(costs) > len(self.events):
            raise CallgrindError(
                f"callgrind wrote {len(costs)} costs for {len(self.events)} events"
            )
        into = self._called() if self.in_call else self._line(line)
        self.in_call = False
        for event, cost in zip(self.events, costs, strict=False):
            into[event] += int(cost)

    def _called(self) -> Counter[str]:
        return self.called.setdefault(self.function, Counter())

    def _line(self, line: int) -> Counter[str]:
        return self.lines.setdefault(Place(self.file, line, self.function), Counter())

    def _name(self, key: str, number: str | None, name: str) -> None:
        if number is not None:
            shared = (_SAME_NAMES.get(key, key), number)
            if name:
                self.names[shared] = name
            name = self.names.get(shared, "???")
        if key in _CALLED:
            return
        if key == "fn":
            self.function = name
        elif key != "ob":
            self.file = name


def read_callgrind(lines: Iterable[str]) -> CallgrindFile:
    """Reads a file of callgrind's.

    Raises:
        CallgrindError: where it is not one.
    """
    reader = _Reader()
    for text in _stripped(lines):
        reader.take(text)
    if not reader.events:
        raise CallgrindError("callgrind's file names no events: was it cut off?")
    return CallgrindFile(reader.events, reader.lines, reader.called)


def _stripped(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        text = line.rstrip()
        if text and not text.startswith("#"):
            yield text
