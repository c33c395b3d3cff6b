"""A feed that is broken on purpose, with a list of what is broken."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from latprobe.errors import FeedError
from latprobe.feed.change.changed_feed import (
    Progress,
    blocks_in_turn,
    changed_feed,
    refuse_same,
    write_block,
)
from latprobe.feed.change.fault_dealer import FaultDealer
from latprobe.feed.change.fault_plan import FAULT_KINDS, FaultPlan
from latprobe.feed.change.faults_file import VERSION, FaultsFile
from latprobe.feed.format import BATCH_PAYLOAD_BYTES
from latprobe.feed.protocols import PROTOCOLS, protocol_named
from latprobe.feed.protocols.protocol import Protocol
from latprobe.feed.reader import Feed, open_feed
from latprobe.feed.rows import parts

CHANGE: Final = "fault 1"


@dataclass(frozen=True, slots=True)
class Faulted:
    """What became of a feed."""

    feed: Feed
    """The broken one."""
    faults: Path
    """The list of its faults."""
    made: dict[str, int]
    """Faults by the name of their kind."""
    not_possible: dict[str, int]
    """Faults that fell on a message which cannot have them, such as an empty one."""


def faults_path(out: Path) -> Path:
    """Where the list of faults of the feed `out` goes when no place is named."""
    return out.with_name(f"{out.name}.faults.jsonl")


def fault_feed(
    path: str | Path,
    out: str | Path,
    plan: FaultPlan,
    seed: int,
    faults: str | Path | None = None,
    *,
    progress: Progress | None = None,
) -> Faulted:
    """Writes the feed at `path` to `out` with faults, and which they are to `faults`.

    The same feed, plan and seed give the same bytes of both on every machine. Both appear, or
    neither does.

    Args:
        path: The feed.
        out: Where the broken one shall be.
        plan: Which faults, and how often.
        seed: Of chance; any whole number from 0.
        faults: Where the list shall be; see `faults_path`.
        progress: Told how far it is.

    Raises:
        FeedError: The feed is damaged, its protocol cannot have a fault that is asked for, no
            message is left, or a file cannot be written.
    """
    feed, out = open_feed(path), Path(out)
    listed = faults_path(out) if faults is None else Path(faults)
    _check_paths(feed, out, listed)
    protocol = protocol_named(feed.protocol)
    _check_protocol(feed, plan, protocol)
    dealer = FaultDealer(plan, seed, protocol, feed.messages)
    words = f"faults made on purpose: {plan.words}, seed {seed}"
    with FaultsFile(listed) as file:
        with changed_feed(feed, out, change=CHANGE, words=words) as writer:
            file.write(_head(feed, plan, seed))
            for block in blocks_in_turn(feed, progress):
                for part in parts(block, BATCH_PAYLOAD_BYTES, plan.messages_at_once):
                    broken, records = dealer.deal(part)
                    for record in records:
                        file.write(record)
                    write_block(writer, broken)
            writer.flush()
            made = {it.name: dealer.made[it.name] for it in FAULT_KINDS}
            not_possible = {it.name: dealer.not_possible[it.name] for it in FAULT_KINDS}
            told = {"messages": writer.messages, "sha256": writer.sha256}
            file.write({"made": made, "not_possible": not_possible, "out": told})
            file.settle()
        try:
            file.commit()
        except FeedError:
            out.unlink(missing_ok=True)
            raise
    return Faulted(open_feed(out), listed, made, not_possible)


def _head(feed: Feed, plan: FaultPlan, seed: int) -> dict[str, Any]:
    asked: dict[str, dict[str, Any]] = {}
    for kind in FAULT_KINDS:
        fault = plan.faults.get(kind.name)
        if fault is not None and fault.rate:
            size = {kind.size_name: fault.size} if kind.size_name else {}
            asked[kind.name] = {"rate": float(fault.rate), **size}
    told = {"messages": feed.messages, "sha256": feed.sha256, "protocol": feed.protocol}
    return {"latprobe_faults": VERSION, "seed": seed, "asked": asked, "in": told}


def _check_paths(feed: Feed, out: Path, listed: Path) -> None:
    refuse_same(feed, out)
    refuse_same(feed, listed)
    if listed.resolve() == out.resolve():
        raise FeedError(listed, None, "is the feed itself; name another file for its faults")


def _check_protocol(feed: Feed, plan: FaultPlan, protocol: Protocol | None) -> None:
    def can(it: Protocol | None, name: str) -> bool:
        made_by = {"bad-checksum": "wrong_checksum", "stale": "restamp"}.get(name)
        return made_by is None or (it is not None and getattr(it, made_by) is not None)

    for name, fault in plan.faults.items():
        if fault.rate and not can(protocol, name):
            able = ", ".join(it.name for it in PROTOCOLS if can(it, name))
            lacking = "checksum" if name == "bad-checksum" else "event time"
            stated = f"protocol {feed.protocol!r}" if feed.protocol else "a protocol not stated"
            problem = f"{name}: messages of {stated} have no {lacking} that is known"
            raise FeedError(feed.path, None, f"{problem}; those of {able} have")
