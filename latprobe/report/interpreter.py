"""The interpreter's own part in what a Python target costs."""

from collections.abc import Iterator

from rich.text import Text

from latprobe.run.interpreter import CollectorRuns, InterpreterPass
from latprobe.run.model import RunDocument
from latprobe.stats.warm_up import warm_up
from latprobe.units import format_count, format_ns, format_share


def interpreter_lines(run: RunDocument) -> Iterator[Text]:
    """Runs of the collector, warm-up and waits; nothing for targets without an interpreter."""
    for fork in run.forks:
        if isinstance(fork.result, InterpreterPass):
            found = fork.result
            yield Text(
                f"interpreter, over {found.course.messages:,} messages from the first one on"
            )
            yield Text(f"  collector  {_collector(found)}")
            yield Text(f"  warm-up    {_warm_up(found)}")
            yield Text(f"  waits      {_waits(found)}")


def _collector(found: InterpreterPass) -> str:
    within = [it for it in found.collections if it.within_messages]
    between = [it for it in found.collections if not it.within_messages]
    words = [_runs(within, "within messages", found)] if within else []
    words += [_runs(between, "between messages", found)] if between else []
    return "; ".join(words) or "did not run"


def _runs(runs: list[CollectorRuns], where: str, found: InterpreterPass) -> str:
    count, ns = sum(it.runs for it in runs), sum(it.ns for it in runs)
    each = ", ".join(
        f"{it.runs:,} of generation {it.generation} up to {format_ns(it.longest_ns)}" for it in runs
    )
    per_message = format_ns(ns / found.course.messages)
    share = format_share(ns / total) if (total := _total_ns(found)) else "–"
    words = f"{count:,} {'run' if count == 1 else 'runs'} {where} ({each}), {per_message} a message"
    return f"{words}, {share} of the time"


def _total_ns(found: InterpreterPass) -> float:
    """Time of all messages, by the chunks that were kept."""
    chunk_ns = found.course.chunk_ns
    return found.course.messages * sum(chunk_ns) / len(chunk_ns) if chunk_ns else 0.0


def _warm_up(found: InterpreterPass) -> str:
    course = found.course
    seen = warm_up(course.chunk_ns)
    if seen is None:
        return "too few messages to tell"
    words = f"from {format_ns(seen.first_ns)} in the first {course.chunk_messages} messages"
    if seen.chunks is None:
        return f"{words} to {format_ns(seen.steady_ns)} at the end, and not steady before that"
    after = seen.chunks * course.chunk_messages
    return f"{words} to {format_ns(seen.steady_ns)}, steady after {after:,}"


def _waits(found: InterpreterPass) -> str:
    waits = found.course.waits
    if not waits.switches:
        return "none: the thread never gave the processor away"
    each = format_count(waits.switches / found.course.messages)
    return (
        f"{waits.switches:,} for the interpreter's lock, other locks or the kernel ({each} a "
        f"message), {format_ns(waits.ns)} in all, up to {format_ns(waits.longest_ns)} in "
        f"{found.course.chunk_messages} messages"
    )
