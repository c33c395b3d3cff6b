"""A verdict's parts as they are shown."""

from typing import Final

from rich.text import Text

from latprobe.report.amounts import MISSING, amount_text
from latprobe.run.model import VerdictRecord

MARKS: Final = {"pass": "✔", "fail": "✘", "unproven": "?"}
STYLES: Final = {"pass": "green", "fail": "bold red", "unproven": "yellow"}


def verdict_mark(verdict: VerdictRecord) -> Text:
    """The mark and the word, so that colour is not needed."""
    return Text(f"{MARKS[verdict.verdict]} {verdict.verdict}", style=STYLES[verdict.verdict])


def figure_text(verdict: VerdictRecord) -> str:
    """What was measured: a figure, a bound, or that there is none."""
    if verdict.figure is not None:
        return amount_text(verdict.figure, verdict.unit)
    if verdict.interval is not None:
        return f"< {amount_text(verdict.interval[1], verdict.unit)}"
    return MISSING


def interval_text(verdict: VerdictRecord) -> str:
    """Where the figure lies; nothing for a bound, which says it itself."""
    if verdict.figure is None or verdict.interval is None:
        return ""
    low, high = verdict.interval
    if low == high:
        return "exact (simulated)" if verdict.simulated else "exact"
    return f"{amount_text(low, verdict.unit)} to {amount_text(high, verdict.unit)}"
