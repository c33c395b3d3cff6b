"""Feeds made for tests of what changes them, and what a list of faults says was done to one."""

import base64
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from latprobe.feed.blocks import read_blocks
from latprobe.feed.messages import Messages
from latprobe.feed.reader import open_feed
from latprobe.feed.writer import FeedWriter


class Received(NamedTuple):
    """One message."""

    recv_ns: int
    channel: str
    payload: bytes


def write_feed(
    path: Path,
    messages: Iterable[tuple[int, str, bytes]],
    *,
    protocol: str = "json",
    source: str = "made in a test",
    batch: int | None = None,
) -> Path:
    """Writes a feed; in batches of so many messages, or as large as they get."""
    sent = list(messages)
    with FeedWriter(path, protocol=protocol, source=source, importer="test 1") as writer:
        for start in range(0, len(sent), batch or max(1, len(sent))):
            part = sent[start : start + (batch or len(sent))]
            writer.extend(Messages(*zip(*part, strict=True)))
            if batch:
                writer.flush()
    return path


def numbered(times: Sequence[int], channel: str = "c") -> list[Received]:
    """Messages at some times, each with its number as its payload."""
    return [Received(time, channel, b"%d" % number) for number, time in enumerate(times)]


def read_feed(path: Path) -> list[Received]:
    """All messages of a feed."""
    received: list[Received] = []
    for block in read_blocks(open_feed(path)):
        some = block.messages()
        received += map(Received, some.recv_ns, some.channels, some.payloads)
    return received


def read_faults(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
    """The head of a list of faults, the faults, and what it says at the end."""
    head, *faults, end = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return head, faults, end


def with_faults(messages: Sequence[Received], faults: Sequence[dict[str, Any]]) -> list[Received]:
    """IN with all that a list of faults says done to it, one after the other: what OUT has to be.

    Written apart from latprobe, as somebody would who knows the documentation alone.
    """
    by_number = {fault["in"]: fault for fault in faults}
    made: list[Received] = []
    for number, message in enumerate(messages):
        fault = by_number.get(number)
        if fault is None or fault["fault"] == "duplicate":
            made.append(message)
        elif fault["fault"] not in ("gap", "reorder"):
            made.append(message._replace(payload=_broken(message.payload, fault)))
    for fault in faults:
        message = messages[fault["in"]]
        if fault["fault"] == "duplicate":
            made.insert(fault["out"], message)
        elif fault["fault"] == "reorder":
            made.insert(fault["out"], message._replace(recv_ns=fault["recv_ns_after"]))
    return made


def without_faults(
    messages: Sequence[Received], faults: Sequence[dict[str, Any]]
) -> list[Received]:
    """OUT with all that a list of faults says undone: what IN was."""
    made = list(messages)
    back = [it for it in faults if it["fault"] == "gap"]
    held: dict[int, Received] = {}
    for fault in reversed(faults):
        name, out = fault["fault"], fault["out"]
        if name == "duplicate":
            del made[out]
        elif name == "reorder":
            held[fault["in"]] = made.pop(out)._replace(recv_ns=fault["recv_ns_before"])
            back.append(fault)
        elif name != "gap":
            made[out] = made[out]._replace(payload=_mended(made[out].payload, fault))
    for fault in sorted(back, key=lambda it: int(it["in"])):
        lost = held.get(fault["in"])
        if lost is None:
            payload = base64.b64decode(fault["payload"])
            lost = Received(fault["recv_ns"], fault["channel"], payload)
        made.insert(fault["in"], lost)
    return made


def _broken(payload: bytes, fault: dict[str, Any]) -> bytes:
    if fault["fault"] in ("truncate", "oversize"):
        length: int = fault["length_after"]
        pattern = payload or b"\0"
        return (pattern * length)[:length] if fault["fault"] == "oversize" else payload[:length]
    return _patched(payload, fault, "before", "after")


def _mended(payload: bytes, fault: dict[str, Any]) -> bytes:
    if fault["fault"] == "truncate":
        return payload + base64.b64decode(fault["removed"])
    if fault["fault"] == "oversize":
        length: int = fault["length_before"]
        return payload[:length]
    return _patched(payload, fault, "after", "before")


def _patched(payload: bytes, fault: dict[str, Any], old: str, new: str) -> bytes:
    for change in fault["changes"]:
        start, found = change["byte"], bytes.fromhex(change[old])
        assert payload[start : start + len(found)] == found
        put = bytes.fromhex(change[new])
        payload = payload[:start] + put + payload[start + len(put) :]
    return payload
