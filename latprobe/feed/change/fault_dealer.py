"""Deals faults out to the messages of a feed, block by block."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from latprobe.feed.change.chances import Chances
from latprobe.feed.change.damage import base64_of, damaged
from latprobe.feed.change.fault_plan import FAULT_KINDS, FaultPlan
from latprobe.feed.messages import Block, PlainChannels
from latprobe.feed.protocols.protocol import Protocol
from latprobe.feed.rows import joined, take

if TYPE_CHECKING:
    import numpy.typing as npt

Record = dict[str, Any]
"""A line of the file of faults."""

# Where a message comes to stand among those of IN, which are this far apart.
_PLACES: Final = 4
_COPY_BEHIND: Final = 1
_PUT_BACK_BEHIND: Final = 2
_KIND_STREAM, _SIZE_STREAM = 0, 1


@dataclass(frozen=True, slots=True)
class _PutBack:
    """A message that is to come behind a later one."""

    number: int
    behind: int
    """Number of that one."""
    recv_ns: int
    channel: str
    payload: bytes


@dataclass(slots=True)
class _Dealt:
    """What becomes of a block."""

    kept: "npt.NDArray[np.bool_]"
    changed: dict[int, bytes] = field(default_factory=dict)
    copied: list[int] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)


class FaultDealer:
    """Gives messages their faults; each has one at most.

    Args:
        plan: Which, and how often.
        seed: The same gives the same faults, whatever the blocks.
        protocol: Of the payloads; needed for `bad-checksum` and `stale`.
        messages: How many there are in all.
    """

    def __init__(
        self, plan: FaultPlan, seed: int, protocol: Protocol | None, messages: int
    ) -> None:
        self._plan, self._protocol, self._messages = plan, protocol, messages
        self._edges = np.array(plan.edges())
        self._kinds = Chances(seed, _KIND_STREAM)
        self._sizes = Chances(seed, _SIZE_STREAM)
        self._put_back: list[_PutBack] = []
        self._in, self._out = 0, 0
        self.made: Counter[str] = Counter()
        """Faults by the name of their kind."""
        self.not_possible: Counter[str] = Counter()
        """Faults that fell on a message which cannot have them, such as an empty one."""

    def deal(self, block: Block) -> tuple[Block, list[Record]]:
        """The next block with its faults, and what they are, in the order of OUT."""
        chosen = np.searchsorted(self._edges, self._kinds.many(len(block)), side="right")
        dealt = _Dealt(np.ones(len(block), np.bool_))
        for row in np.flatnonzero(chosen < len(FAULT_KINDS)).tolist():
            self._deal_one(FAULT_KINDS[int(chosen[row])].name, block, row, dealt)
        made = self._made(block, dealt)
        self._in += len(block)
        self._out += len(made)
        dealt.records.sort(key=lambda it: (it["out"], it["in"]))
        return made, dealt.records

    def _deal_one(self, name: str, block: Block, row: int, dealt: _Dealt) -> None:
        start, stop = int(block.offsets[row]), int(block.offsets[row + 1])
        payload, recv_ns = bytes(block.payload[start:stop]), int(block.recv_ns[row])
        channel = block.channels.names[block.channels.indices[row]]
        number = self._in + row
        record: Record = {"fault": name, "in": number, "out": number}
        if name == "gap":
            dealt.kept[row] = False
            record |= {"recv_ns": recv_ns, "channel": channel, "payload": base64_of(payload)}
        elif name == "duplicate":
            dealt.copied.append(row)
        elif name == "reorder":
            behind = min(number + self._plan.size(name), self._messages - 1)
            if behind == number:
                self.not_possible[name] += 1
                return
            dealt.kept[row] = False
            self._put_back.append(_PutBack(number, behind, recv_ns, channel, payload))
            self.made[name] += 1
            return
        else:
            args = (self._plan, self._protocol, self._sizes)
            result = damaged(name, payload, recv_ns, *args)
            if result is None:
                self.not_possible[name] += 1
                return
            dealt.changed[row] = result.payload
            record |= result.detail
        self.made[name] += 1
        dealt.records.append(record)

    def _made(self, block: Block, dealt: _Dealt) -> Block:
        count = len(block)
        due = [it for it in self._put_back if it.behind < self._in + count]
        self._put_back = [it for it in self._put_back if it.behind >= self._in + count]
        if not dealt.records and not due and dealt.kept.all():
            return block
        late_ns = [int(block.recv_ns[it.behind - self._in]) for it in due]
        whole = joined([block, *self._added(block, dealt, due, late_ns)])
        rows = np.arange(count, dtype=np.int64)
        rows[list(dealt.changed)] = count + np.arange(len(dealt.changed))
        first_due = count + len(dealt.changed)
        numbers = self._in + np.arange(count, dtype=np.int64)
        copied = np.array(dealt.copied, np.int64)
        behind = np.array([it.behind for it in due], np.int64)
        places = np.concatenate(
            [
                numbers[dealt.kept] * _PLACES,
                numbers[copied] * _PLACES + _COPY_BEHIND,
                behind * _PLACES + _PUT_BACK_BEHIND,
            ]
        )
        sources = np.concatenate([rows[dealt.kept], copied, first_due + np.arange(len(due))])
        order = np.argsort(places, kind="stable")
        wanted = [
            it["in"] * _PLACES + (_COPY_BEHIND if it["fault"] == "duplicate" else 0)
            for it in dealt.records
        ]
        found = np.searchsorted(places[order], np.array(wanted, np.int64)).tolist()
        for record, at in zip(dealt.records, found, strict=True):
            record["out"] = self._out + at
        dealt.records += self._put_back_records(due, late_ns, order)
        return take(whole, sources[order])

    def _put_back_records(
        self, due: list[_PutBack], late_ns: list[int], order: "npt.NDArray[np.int64]"
    ) -> list[Record]:
        # They are the last of all that is ordered.
        ranks = np.empty(len(order), np.int64)
        ranks[order] = np.arange(len(order))
        return [
            {
                "fault": "reorder",
                "in": it.number,
                "out": self._out + at,
                "recv_ns_before": it.recv_ns,
                "recv_ns_after": time,
            }
            for it, time, at in zip(
                due, late_ns, ranks[len(order) - len(due) :].tolist(), strict=True
            )
        ]

    def _added(
        self, block: Block, dealt: _Dealt, due: list[_PutBack], late_ns: list[int]
    ) -> list[Block]:
        """The messages that are not in the block as they are to be."""
        blocks = []
        if dealt.changed:
            changed = list(dealt.changed)
            channels = PlainChannels(block.channels.indices[changed], block.channels.names)
            payloads = list(dealt.changed.values())
            blocks.append(_block(block.recv_ns[changed], channels, payloads))
        if due:
            names = tuple(dict.fromkeys(it.channel for it in due))
            indices = np.array([names.index(it.channel) for it in due], np.int32)
            times = np.array(late_ns, np.int64)
            payloads = [it.payload for it in due]
            blocks.append(_block(times, PlainChannels(indices, names), payloads))
        return blocks


def _block(
    recv_ns: "npt.NDArray[np.int64]", channels: PlainChannels, payloads: list[bytes]
) -> Block:
    sizes = np.fromiter(map(len, payloads), np.int64, len(payloads))
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    return Block(recv_ns, channels, offsets, memoryview(b"".join(payloads)))
