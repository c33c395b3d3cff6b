"""How messages were handed over, in words, and how well that went."""

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from latprobe.report.amounts import messages_text, time_text
from latprobe.report.printable import printable
from latprobe.run.model import LatencyPass, RunDocument
from latprobe.run.pacing import LATE_NS, Pacing
from latprobe.scenario import Drive, rate_of
from latprobe.units import format_bytes, format_ns, format_rate, format_share


def pace_text(run: RunDocument) -> str | None:
    """The plan of a run, or what stands beside its usual driving; None for neither."""
    drive = run.scenario.drive
    if drive.mode != "closed":
        is_service = run.target.service is not None
        return _plan(drive) + ("" if is_service else "; cost and throughput in closed driving")
    drivings = dict.fromkeys(
        words
        for fork in run.forks
        if isinstance(fork.result, LatencyPass)
        and isinstance(fork.result.driving, dict)
        and (words := _condition(fork.result.driving, fork.result.recorded)) is not None
    )
    return "; ".join(["closed", *drivings]) if drivings else None


def pace_lines(run: RunDocument) -> Iterator[Text]:
    """How well the plan was kept, over all latency forks."""
    passes = [fork.result for fork in run.forks if isinstance(fork.result, LatencyPass)]
    paced = [(it.recorded, it.pacing) for it in passes if it.pacing is not None]
    if paced:
        yield Text(printable(_kept(sum(count for count, _ in paced), [it for _, it in paced])))


def _plan(drive: Drive) -> str:
    match drive.mode:
        case "recorded":
            return f"as recorded, at {drive.speed or 1.0:g} times the speed"
        case "burst":
            rate = format_rate(rate_of(drive))
            return f"bursts of {drive.on} at {rate}, then nothing for {drive.off}"
        case "poisson":
            seed = 1 if drive.seed is None else drive.seed
            return f"by chance (Poisson, seed {seed}), {format_rate(rate_of(drive))} on average"
        case _:
            return f"at a fixed rate of {format_rate(rate_of(drive))}"


def _condition(driving: dict[str, Any], messages: int) -> str | None:
    match driving:
        case {"cold": {"evict_bytes": int() as evicted, "every": int() as every}}:
            words = f"cold after {format_bytes(evicted)} were read"
        case {"idle": {"gap_ns": int() | float() as gap_ns, "every": int() as every}}:
            words = f"idle for {format_ns(gap_ns)}"
        case _:
            return None
    which = "each message" if every == 1 else f"one message in {every:,}"
    return f"{words} before {which} ({messages:,} a fork)"


def _kept(messages: int, pacings: list[Pacing]) -> str:
    late = sum(it.late for it in pacings)
    if not late:
        return f"plan kept: none of {messages_text(messages)} was over 1 µs late"
    worst = max(it.worst_ns for it in pacings)
    first = min(it.first_due_ns for it in pacings if it.first_message is not None)
    words = (
        f"plan: {late:,} of {messages_text(messages)} ({format_share(late / messages)}) over 1 µs "
        f"late, at worst {time_text(worst)}, the first {format_ns(first)} into the plan"
    )
    words += _by_others(pacings)
    behind = max(it.last_ns for it in pacings)
    return words + (f"; {format_ns(behind)} behind at the end" if behind > LATE_NS else "")


def _by_others(pacings: list[Pacing]) -> str:
    by_driver = sum(it.late_by_driver for it in pacings)
    by_platform = sum(it.late_by_platform for it in pacings)
    if any(it.waiting is None for it in pacings):  # of before they were told apart
        return f"; {by_driver:,} of them by the driver or the machine" if by_driver else ""
    causes = []
    if by_platform:
        causes.append(f"{by_platform:,} of them by stalls that were seen while waiting")
    if by_driver:
        of_them = "" if by_platform else " of them"
        causes.append(f"{by_driver:,}{of_them} by the driver, or by stalls that nobody saw")
    return "; " + ", ".join(causes) if causes else ""
