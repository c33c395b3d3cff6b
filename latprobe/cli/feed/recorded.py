"""What is told of a recording, at its end and wherever a recorded feed is described."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

import click

from latprobe.cli.feed.written import notes_of
from latprobe.feed.importers.times import text_from_nanoseconds
from latprobe.feed.record.record import Recorded
from latprobe.feed.recording import Gap, Recording
from latprobe.report.printable import printable
from latprobe.units import format_bytes, format_ns

_GAPS_SHOWN: Final = 10


def print_recorded(
    recorded: Sequence[Recorded], buffer_bytes: int, wanted_bytes: int, *, as_json: bool
) -> None:
    """Prints what was recorded: JSON has one object a line, for each feed that was made.

    Args:
        recorded: The feeds that were made.
        buffer_bytes: The kernel's room for datagrams; 0 where it does not matter.
        wanted_bytes: What was asked for.
        as_json: Whether to print JSON.
    """
    for it in recorded:
        if as_json:
            notes = {**notes_of(it.feed), "receive_buffer_bytes": buffer_bytes or None}
            click.echo(json.dumps(notes))
            continue
        click.echo(printable(f"{it.feed.path}: {it.feed.messages:,} messages {it.feed.source}"))
        for line in recording_lines(it.recording):
            click.echo(line)
    if 0 < buffer_bytes < wanted_bytes and not as_json:
        have, limit = format_bytes(buffer_bytes), "sysctl net.core.rmem_max"
        click.echo(f"! the receive buffer has {have} only: root may raise `{limit}`")


def recording_lines(recording: Recording) -> Iterator[str]:
    """How a feed was recorded, and what is missing."""
    for name, fact in recording_facts(recording).items():
        yield f"{name:<13}{printable(fact)}"
    yield from gap_lines(recording)


def recording_facts(recording: Recording) -> dict[str, str]:
    """How a feed was recorded, by the names of the facts."""
    by_kernel, messages = recording.kernel_timed, recording.messages
    if by_kernel == messages:
        clock = f"the kernel's ({recording.clock})"
    elif by_kernel:
        clock = f"the kernel's ({recording.clock}) of {by_kernel:,} messages, else after the read"
    else:
        clock = "the system's clock, after the read (CLOCK_REALTIME)"
    ended = recording.ended_by or "cut: what came after the last flush is missing"
    return {
        "recorded": f"{text_from_nanoseconds(recording.started_ns)} for "
        f"{format_ns(recording.ended_ns - recording.started_ns)}",
        "ended by": ended,
        "times": clock,
        "gaps": f"{recording.gaps_total:,}",
        "dropped": f"{recording.dropped:,} datagrams, by the kernel",
    }


def gap_lines(recording: Recording) -> Iterator[str]:
    """The first gaps, one a line."""
    for gap in recording.gaps[:_GAPS_SHOWN]:
        yield printable(f"  gap of {format_ns(gap.to_ns - gap.from_ns)} {_place(gap)}")
    if recording.gaps_total > _GAPS_SHOWN:
        yield f"  and {recording.gaps_total - _GAPS_SHOWN:,} more"


def _place(gap: Gap) -> str:
    lost = f", {gap.lost:,} lost" if gap.lost is not None else ""
    where = f"after message {gap.after_messages:,}, from {text_from_nanoseconds(gap.from_ns)}"
    return f"{where}{lost}: {gap.reason}"
