"""What a run was about: the lines over its table."""

from collections import Counter

from rich.table import Table
from rich.text import Text

from latprobe.report.amounts import messages_text, step_text
from latprobe.report.matched import match_facts
from latprobe.report.pace import pace_text
from latprobe.report.platform import platform_text
from latprobe.report.precision import Precision
from latprobe.report.printable import printable
from latprobe.report.queues import skew_text
from latprobe.report.service import loop_text
from latprobe.run.model import FeedRecord, Machine, RunDocument, TargetRecord
from latprobe.scenario import TargetReference
from latprobe.units import format_bytes, format_ns

_HASH_DIGITS = 12


def title(run: RunDocument) -> Text:
    """The scenario, and what it is for."""
    line = Text(printable(run.scenario.name), style="bold")
    if run.scenario.description:
        line.append(f"  {printable(run.scenario.description)}", style="not bold")
    return line


def header(run: RunDocument, precision: Precision | None, *, with_origin: bool) -> Table:
    """Target, feed, forks, and clock, a line each; also where and when, if wanted."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, fact in header_facts(run, precision, with_origin=with_origin).items():
        grid.add_row(Text(name, style="dim"), Text(printable(fact)))
    return grid


def header_facts(
    run: RunDocument, precision: Precision | None, *, with_origin: bool = False
) -> dict[str, str]:
    """What a run was about, by what each fact is called."""
    facts = _of_target(run, precision) if run.scenario.match is None else match_facts(run)
    if run.platform is not None:
        facts["platform"] = platform_text(run.platform)
    if with_origin:
        facts |= {
            "machine": machine_text(run.machine),
            "run": f"{run.id}, started {run.started}, took {run.seconds:.1f} s, "
            f"by latprobe {run.latprobe_version}",
        }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _of_target(run: RunDocument, precision: Precision | None) -> dict[str, str | None]:
    return {
        "target": target_text(run.target, run.scenario.target),
        "allocator": None if run.allocator is None else str(run.allocator),
        "env": " ".join(f"{name}={value}" for name, value in run.scenario.env.items()) or None,
        "feed": feed_text(run.feed),
        "forks": _forks(run),
        "threads": _threads(run),
        "loop": loop_text(run),
        "pace": pace_text(run),
        "marks": _marks(run),
        # Nothing is timed in an audit.
        "clock": _clock(precision, run.harness_cost_ns) if run.audit is None else None,
    }


def _threads(run: RunDocument) -> str | None:
    if not run.target.hops:
        return None
    return skew_text(run) or "on the CPU of the forks"


def _marks(run: RunDocument) -> str | None:
    if run.scenario.drive.marks == "together":
        return None
    return "apart: each stage timed in forks of its own, with no other mark; total with all of them"


def feed_name(feed: FeedRecord) -> str:
    """The feed in words; it says `synthetic` wherever the feed is."""
    is_said = not feed.synthetic or "synthetic" in feed.name
    return feed.name if is_said else f"synthetic {feed.name}"


def feed_text(feed: FeedRecord) -> str:
    """The feed's name, where it is from, and how many messages it has, each said once."""
    name = feed_name(feed)
    words = feed.source if feed.source.startswith(name) else name
    count = messages_text(feed.messages)
    if count not in words:
        words += f", {count}"
    if feed.protocol not in words:
        words += f" of {feed.protocol}"
    return words if feed.source in words else f"{words} ({feed.source})"


def target_text(target: TargetRecord, reference: TargetReference) -> str:
    """A target by name, with where it comes from."""
    words = f"{target.name} ({target.family}) of {target.library}"
    if target.interpreter is not None:
        words += f", {target.interpreter}, {reference.payload}, gc {reference.gc}"
    if target.git_revision:
        words += f", revision {target.git_revision[:_HASH_DIGITS]}"
        words += "-dirty" if target.git_revision.endswith("-dirty") else ""
    return words


def _forks(run: RunDocument) -> str:
    counts = Counter(
        fork.collector if fork.condition == "warm" else f"{fork.condition} {fork.collector}"
        for fork in run.forks
    )
    words = ", ".join(f"{count} {collector}" for collector, count in counts.items()) or "none"
    # A simulation is not timed, so that it does not matter where it runs.
    cpus = dict.fromkeys(fork.cpu for fork in run.forks if fork.collector != "simulation")
    where = " and ".join("not pinned" if cpu is None else f"on CPU {cpu}" for cpu in cpus)
    words += f", {where}" if where else ""
    words += f"; {messages_text(run.messages)} each, after {run.warmup:,} to warm up"
    # A cold fork has memory of latprobe's own beside the target's.
    usual = [fork for fork in run.forks if fork.condition != "cold"]
    memory = max((fork.resources.max_rss_bytes for fork in usual), default=0)
    return f"{words}; memory up to {format_bytes(memory)}" if memory else words


def _clock(precision: Precision | None, harness_cost_ns: float | None) -> str:
    if precision is None:
        words = "not read, since no fork came so far"
    else:
        error = format_ns(precision.offset_error_ns)
        words = f"{precision.source} in steps of {step_text(precision.granularity_ns)}"
        words += f", offset {format_ns(precision.offset_ns)} ± {error} taken off"
    if harness_cost_ns is not None:
        words += f"; the harness costs {format_ns(harness_cost_ns)} a message, left in"
    return words


def machine_text(machine: Machine) -> str:
    """Processor, memory, what it runs, and its name."""
    words = f"{machine.cpu_model}, {machine.cpus} CPUs, {format_bytes(machine.memory_bytes)}"
    words += ", virtual" if machine.hypervisor else ""
    words += f", governor {machine.governor}" if machine.governor else ""
    return f"{words}, {machine.system}, host {machine.hostname}"
