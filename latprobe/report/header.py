"""What a run was about: the lines over its table."""

from collections import Counter
from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from latprobe.report.amounts import step_text
from latprobe.report.precision import Precision
from latprobe.report.printable import printable
from latprobe.run.model import FeedRecord, RunDocument, TargetRecord
from latprobe.units import format_bytes, format_ns

_HASH_DIGITS = 12


def title(run: RunDocument) -> Text:
    """The scenario, and what it is for."""
    line = Text(printable(run.scenario.name), style="bold")
    if run.scenario.description:
        line.append(f"  {printable(run.scenario.description)}", style="not bold")
    return line


def header(run: RunDocument, precision: Precision | None) -> Table:
    """Target, feed, forks, clock, harness and machine, a line each."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, fact in _facts(run, precision):
        grid.add_row(Text(name, style="dim"), Text(printable(fact)))
    return grid


def feed_name(feed: FeedRecord) -> str:
    """The feed in words; it says `synthetic` wherever the feed is."""
    is_said = not feed.synthetic or "synthetic" in feed.name
    return feed.name if is_said else f"synthetic {feed.name}"


def _facts(run: RunDocument, precision: Precision | None) -> Iterator[tuple[str, str]]:
    yield "target", _target(run.target)
    yield "feed", _feed(run.feed)
    yield "forks", _forks(run)
    yield "clock", _clock(precision)
    if run.harness_cost_ns is not None:
        cost = format_ns(run.harness_cost_ns)
        yield "harness", f"{cost} a message, the cost of a target that does nothing; in every cost"
    yield "machine", _machine(run)
    yield "run", f"{run.id}, started {run.started}, took {run.seconds:.1f} s"


def _target(target: TargetRecord) -> str:
    words = f"{target.name} ({target.family}) of {target.library}"
    if target.git_revision:
        words += f", revision {target.git_revision[:_HASH_DIGITS]}"
        words += "-dirty" if target.git_revision.endswith("-dirty") else ""
    return words


def _feed(feed: FeedRecord) -> str:
    words = f"{feed_name(feed)}, {feed.messages:,} messages of {feed.protocol}"
    if feed.source and feed.source != feed.name:
        words += f" ({feed.source})"
    return words


def _forks(run: RunDocument) -> str:
    counts = Counter(fork.collector for fork in run.forks)
    passes = ", ".join(f"{count} {collector}" for collector, count in counts.items())
    cpus = dict.fromkeys(fork.cpu for fork in run.forks)
    where = ", ".join("not pinned" if cpu is None else f"CPU {cpu}" for cpu in cpus)
    words = f"{len(run.forks)} ({passes}), each {run.warmup:,} messages to warm up"
    words += f" and {run.messages:,} measured"
    if where:
        words += f"; {where}"
    memory = max((fork.resources.max_rss_bytes for fork in run.forks), default=0)
    return f"{words}; at most {format_bytes(memory)} of memory" if memory else words


def _clock(precision: Precision | None) -> str:
    if precision is None:
        return "not read: no fork came so far"
    words = f"{precision.source} in steps of {step_text(precision.granularity_ns)}"
    words += f"; {format_ns(precision.offset_ns)} ± {format_ns(precision.offset_error_ns)}"
    return f"{words} taken off each time; a reading costs {format_ns(precision.read_cost_ns)}"


def _machine(run: RunDocument) -> str:
    machine = run.machine
    words = f"{machine.cpu_model}, {machine.cpus} CPUs, {format_bytes(machine.memory_bytes)}"
    words += ", a virtual machine" if machine.hypervisor else ""
    words += f", governor {machine.governor}" if machine.governor else ""
    return f"{words}, {machine.system}, {machine.hostname}"
