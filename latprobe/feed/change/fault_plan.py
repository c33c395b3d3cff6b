"""Which faults, and how often."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from latprobe.feed.format import BATCH_MESSAGES, BATCH_PAYLOAD_BYTES, MESSAGE_LIMIT_BYTES
from latprobe.units import format_bytes, format_ns, parse_bytes, parse_ns, parse_share

MOST_PLACES: Final = 1_000
"""Farthest that a message is put back."""
MOST_BITS: Final = 64
"""Most bits that are flipped in one message."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One kind of fault.

    Attributes:
        name: As in the option and in the file of faults.
        size_name: What its size is called, where it has one.
        size: Its size where none is given; 0 where it has none.
        parse: Reads a size.
        show: Writes a size.
    """

    name: str
    size_name: str = ""
    size: int = 0
    parse: Callable[[str], int] | None = None
    show: Callable[[int], str] = str


def _whole(limit: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= limit:
            raise ValueError(f"`{text}` is not a whole number from 1 to {limit:,}")
        return int(text)

    return parse


def _size(text: str) -> int:
    size = round(parse_bytes(text))
    if not 1 <= size <= MESSAGE_LIMIT_BYTES:
        raise ValueError(f"`{text}` is not a size from 1 B to 16 MiB, which a message has at most")
    return size


def _age(text: str) -> int:
    age = round(parse_ns(text))
    if not 1 <= age < 2**62:
        raise ValueError(f"`{text}` is not an age of at least 1 ns")
    return age


FAULT_KINDS: Final = (
    FaultKind("gap"),
    FaultKind("duplicate"),
    FaultKind("reorder", "places", 1, _whole(MOST_PLACES)),
    FaultKind("truncate"),
    FaultKind("flip", "bits", 1, _whole(MOST_BITS)),
    FaultKind("oversize", "bytes", 65_536, _size, format_bytes),
    FaultKind("bad-checksum"),
    FaultKind("stale", "age_ns", 10**9, _age, format_ns),
)
"""Every kind, in the order in which chance is dealt among them."""


@dataclass(frozen=True, slots=True)
class Fault:
    """How often a kind of fault is made, and of which size."""

    rate: Fraction
    size: int


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """Faults by name of their kind; at least one, and rates that add up to 100 % at most."""

    faults: Mapping[str, Fault]

    def __post_init__(self) -> None:
        total = sum(fault.rate for fault in self.faults.values())
        if not total:
            raise ValueError("no fault is asked for; name one, such as `--gap 0.1%`")
        if total > 1:
            problem = "a message has one fault at most, so rates add up to 100% at most"
            raise ValueError(f"{problem}; these add up to {float(total):.6g} of 1")

    @property
    def words(self) -> str:
        """The same, for people."""
        parts = []
        for kind in FAULT_KINDS:
            fault = self.faults.get(kind.name)
            if fault is not None and fault.rate:
                size = f" ({kind.show(fault.size)})" if kind.size_name else ""
                parts.append(f"{kind.name} {float(fault.rate * 100):.12g} %{size}")
        return ", ".join(parts)

    def edges(self) -> list[float]:
        """Where the parts of the kinds end, in their order, of a chance from 0 up to 1."""
        sums, total = [], Fraction(0)
        for kind in FAULT_KINDS:
            fault = self.faults.get(kind.name)
            total += fault.rate if fault is not None else 0
            sums.append(float(total))
        return sums

    @property
    def messages_at_once(self) -> int:
        """So many may be given their faults at once: those made large then take a batch at most.

        That is what chance makes on average; it seldom makes twice as many.
        """
        fault = self.faults.get("oversize")
        if fault is None or not fault.rate:
            return BATCH_MESSAGES
        return min(max(1, int(BATCH_PAYLOAD_BYTES / (fault.rate * fault.size))), BATCH_MESSAGES)

    def size(self, name: str) -> int:
        """The size of a kind of fault that is asked for."""
        return self.faults[name].size


def parse_fault(kind: FaultKind, text: str) -> Fault:
    """Reads `0.1%`, or with a size `1%:5s`.

    Raises:
        ValueError: in words for who wrote it.
    """
    rate, colon, size = text.partition(":")
    if colon and kind.parse is None:
        raise ValueError(f"`{text}`: a {kind.name} has no size; a rate such as `0.1%` is enough")
    return Fault(parse_share(rate), kind.parse(size) if colon and kind.parse else kind.size)
