"""The report of a soak."""

from collections.abc import Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from latprobe.report.header import feed_text, target_text
from latprobe.report.printable import printable
from latprobe.report.soak_line import clock_text
from latprobe.report.soak_table import Times, soak_table
from latprobe.report.soak_windows import WindowRow, WorstInterval, windows_table, worst_table
from latprobe.report.trimmed import Trimmed
from latprobe.report.verdicts import verdict_lines
from latprobe.run.soak_document import SoakDocument
from latprobe.scenario import Drive
from latprobe.units import format_ns


@dataclass(frozen=True)
class SoakReport:
    """What is printed of a soak.

    Attributes:
        document: What it was about.
        measured_s: How long was measured, over all parts.
        intervals: How many there are.
        messages: How many were handed over.
        times: By tag, over all of it.
        windows: Response time by the minute, the hour, or what fits a page.
        worst: The intervals with the longest response times.
        wall_steps: In how many intervals the clock on the wall was stepped.
        longest_wall_step_ns: By how much at most; 0 where it was not.
    """

    document: SoakDocument
    measured_s: float
    intervals: int
    messages: int
    times: Mapping[str, Times]
    windows: tuple[WindowRow, ...] = ()
    worst: tuple[WorstInterval, ...] = ()
    wall_steps: int = 0
    longest_wall_step_ns: float = 0.0


def print_soak(report: SoakReport, console: Console) -> None:
    """Prints what was soaked, its times, and what became of its budgets."""
    document = report.document
    title = Text(printable(document.scenario.name), style="bold")
    if document.scenario.description:
        title.append(f"  {printable(document.scenario.description)}", style="not bold dim")
    console.print(Trimmed(title))
    console.print(Trimmed(_header(report)))
    if report.times:
        console.print()
        console.print(Trimmed(soak_table({}, report.times)))
    if len(report.windows) > 1:
        console.print()
        console.print(Trimmed(windows_table(report.windows)))
    if report.worst:
        console.print()
        console.print(Trimmed(worst_table(report.worst)))
    lines = [*verdict_lines(document.verdicts, console)]
    if lines:
        console.print()
    for line in lines:
        console.print(Trimmed(line))
    for text in happened(report):
        console.print(Trimmed(text))


def soak_facts(report: SoakReport) -> dict[str, str]:
    """What was soaked, by what each fact is called."""
    document = report.document
    settings = document.settings
    facts = {
        "target": target_text(document.target, document.scenario.target),
        "feed": "; ".join(feed_text(it) for it in document.feeds),
        "pace": pace_text(document.scenario.drive),
        "soaked": f"{clock_text(report.measured_s)} of {clock_text(settings.duration_s)} in "
        f"{report.intervals:,} intervals of {settings.interval_s:g} s, "
        f"{report.messages:,} messages",
    }
    if settings.stress:
        facts["stress"] = ", ".join(settings.stress)
    return facts


def _header(report: SoakReport) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    for name, fact in soak_facts(report).items():
        grid.add_row(name, printable(fact))
    return grid


def pace_text(drive: Drive) -> str:
    """At which pace messages were due."""
    match drive.mode:
        case "recorded":
            return f"{drive.speed or 1.0:g} × as recorded"
        case "burst":
            return f"bursts of {drive.on} at {drive.rate}, and {drive.off} of nothing"
        case mode:
            return f"{mode} {drive.rate}"


def happened(report: SoakReport) -> list[Text]:
    """What went on beside the messages, a line each, and how it ended where that was early."""
    document = report.document
    lines = [
        Text(f"! {clock_text(it.elapsed_s)} {printable(it.words)}", style="yellow")
        for it in document.notices
    ]
    if report.wall_steps:
        words = (
            f"the clock on the wall was stepped in {report.wall_steps:,} intervals, by "
            f"{format_ns(report.longest_wall_step_ns)} at most: no time is measured with it"
        )
        lines.append(Text(f"! {words}", style="yellow"))
    if document.failure is not None:
        failure = document.failure
        where = "" if failure.message is None else f" at message {failure.message:,}"
        words = f"✘ {failure.reason}{where}: {printable(failure.detail)}"
        lines.append(Text(words, style="bold red"))
    if document.ended is None:
        lines.append(Text("! it has not come to its end", style="yellow"))
    elif document.ended_by is not None and document.failure is None:
        lines.append(Text(f"! ended early by {document.ended_by}", style="yellow"))
    return lines
