"""What explains a change, as sentences."""

import json

import msgspec
from rich.console import Console
from rich.text import Text

from latprobe.report.change_rows import headline, side_text
from latprobe.report.printable import printable
from latprobe.report.trimmed import Trimmed
from latprobe.run.change import Comparison, Side


def print_explanation(comparison: Comparison, console: Console) -> None:
    """Prints who was compared, what it came to, and a line for each finding."""
    lines = [Text(printable(f"{it.label:5} {side_text(it)}")) for it in _sides(comparison)]
    lines += [Text(printable(f"! unlike {it}"), style="yellow") for it in comparison.unlike]
    lines += [Text(), Text(headline(comparison))]
    lines += [Text(printable(f"- {it.words}")) for it in comparison.findings]
    for line in lines:
        console.print(Trimmed(line))


def explanation_json(comparison: Comparison) -> str:
    """The findings, and of which sides they are."""
    before, after = (msgspec.to_builtins(it) for it in _sides(comparison))
    content = {
        "before": before,
        "after": after,
        "unlike": list(comparison.unlike),
        "findings": msgspec.to_builtins(comparison.findings),
    }
    return json.dumps(content, indent=1, ensure_ascii=True)


def _sides(comparison: Comparison) -> tuple[Side, Side]:
    return comparison.before, comparison.after
