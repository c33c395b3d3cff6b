"""The last lines of a suite."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from latprobe.report.amounts import MISSING
from latprobe.report.disagreement import Disagreement
from latprobe.report.events_table import unsupported_events
from latprobe.report.failure import failures_of
from latprobe.report.printable import printable
from latprobe.report.trimmed import Trimmed
from latprobe.report.verdict_text import MARKS, STYLES
from latprobe.run.counters import CounterPass
from latprobe.run.model import RunDocument

MEANING: Final = {
    0: "every budget holds",
    1: "a budget is broken, or targets of a family disagree about a feed",
    2: "the command, a scenario, a feed or a target is not what it should be",
    3: "of a budget it cannot be told whether it holds, and none is broken",
    4: "a target crashed, hung, or ran out of memory",
}
"""What each exit code says."""

_GRAVE: Final = ("fail", "unproven")


def print_summary(
    runs: Sequence[RunDocument],
    disagreements: Sequence[tuple[str, Disagreement]],
    exit_code: int,
    console: Console,
) -> None:
    """Prints how many budgets hold, which do not, what failed, and what the exit code says.

    Args:
        runs: The runs of a suite.
        disagreements: What targets of a family understood differently, by the family's name.
        exit_code: What the command ends with.
        console: Where to, see `console_for`.
    """
    console.print(Trimmed(_counts(runs)))
    for line in (*_broken(runs), *_crashed(runs), *_disagreeing(disagreements), *_uncounted(runs)):
        console.print(Trimmed(line))
    meaning = MEANING.get(exit_code, "not one of latprobe's own")
    style = "green" if exit_code == 0 else "bold"
    console.print(Trimmed(Text(f"exit code {int(exit_code)}: {meaning}", style=style)))


def _counts(runs: Sequence[RunDocument]) -> Text:
    """`5 scenarios, 12 budgets: 10 pass, 1 fail, 1 unproven; 1 target failed`."""
    verdicts = Counter(verdict.verdict for run in runs for verdict in run.verdicts)
    line = Text(f"{_plural(len(runs), 'scenario')}, {_plural(verdicts.total(), 'budget')}: ")
    separator = ""
    for name in ("pass", "fail", "unproven"):
        count = verdicts[name]
        line.append(separator).append(f"{count} {name}", style=STYLES[name] if count else "")
        separator = ", "
    crashed = sum(1 for run in runs if failures_of(run))
    if crashed:
        line.append("; ").append(f"{_plural(crashed, 'target')} failed", style="bold red")
    return line


def _broken(runs: Sequence[RunDocument]) -> Iterator[Text]:
    """Each budget that does not hold, and then each that cannot be told."""
    for grave in _GRAVE:
        for run in runs:
            for verdict in run.verdicts:
                if verdict.verdict == grave:
                    words = f"{run.scenario.name}: {verdict.budget}"
                    line = Text(f"{MARKS[grave]} {grave}  {printable(words)}", style=STYLES[grave])
                    yield line.append(f"  {printable(verdict.reason)}", style="default not bold")


def _crashed(runs: Sequence[RunDocument]) -> Iterator[Text]:
    for run in runs:
        for words in failures_of(run):
            yield Text(printable(f"✘ {run.scenario.name}: {words}"), style="bold red")


def _disagreeing(disagreements: Sequence[tuple[str, Disagreement]]) -> Iterator[Text]:
    for family, disagreement in disagreements:
        words = printable(f"{family}: {disagreement.words}")
        yield Text(f"✘ digests disagree  {words}", style="bold red")


def _uncounted(runs: Sequence[RunDocument]) -> Iterator[Text]:
    """What could not be counted of the usual events: the same in all runs, and told once."""
    results = (fork.result for run in runs if run.scenario.counters is True for fork in run.forks)
    found = unsupported_events(it for it in results if isinstance(it, CounterPass))
    for reason, events in found.items():
        words = f"{MISSING} not counted: {', '.join(events)}: unsupported: {reason}"
        yield Text(printable(words), style="dim")


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
