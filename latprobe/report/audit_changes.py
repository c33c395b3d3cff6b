"""What has changed between two audits, as lines of a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from rich.text import Text

from latprobe.report.audit_words import short_function, stage_text
from latprobe.report.printable import printable
from latprobe.run.audit_change import Change, ChangedPlace
from latprobe.units import format_count

_STYLES: Final[dict[Change, str]] = {
    "new": "red",
    "more": "red",
    "gone": "green",
    "less": "green",
    "same": "dim",
}


def change_lines(changed: Sequence[ChangedPlace]) -> Iterator[Text]:
    """A line for each function that is not as it was, and how many are."""
    counts = Counter(it.change for it in changed)
    words = ", ".join(f"{counts[change]} {change}" for change in _STYLES if counts[change])
    yield Text(f"against the other run: {words or 'nothing in either'}")
    for it in changed:
        if it.change == "same":
            continue
        asked = " to ".join(
            format_count(each["allocations"] + each["reallocations"])
            for each in (it.before, it.after)
        )
        line = Text(f"  {it.change:4}  ", style=_STYLES[it.change])
        function = printable(short_function(it.function))
        words = f"{printable(it.text)}  {function}  {printable(stage_text(it.stage))}"
        yield line.append(f"{words}  {asked} allocs/msg", style="default")
