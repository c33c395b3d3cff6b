"""What else a run found: forks that failed, messages not understood, metrics, warnings."""

from collections.abc import Iterator
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from latprobe.report.amounts import messages_text
from latprobe.report.failure import failure_text
from latprobe.report.printable import printable
from latprobe.run.model import DigestPass, RunDocument
from latprobe.units import format_count, format_share

_INDENT: Final = 2


def failure_lines(run: RunDocument) -> Iterator[RenderableType]:
    """Each fork that ended early: which, at which message, and its last words."""
    for fork in run.forks:
        if fork.failure is not None:
            first, *rest = fork.failure.detail.splitlines() or [""]
            head = Text(f"✘ {failure_text(fork, fork.failure)}", style="bold red")
            yield head.append(f": {printable(first)}" if first else "", style="not bold")
            for line in rest:
                yield Padding.indent(Text(printable(line), style="dim"), _INDENT)


def target_lines(run: RunDocument) -> Iterator[RenderableType]:
    """What the target says of itself: messages it rejected, by reason, and its own metrics."""
    for fork in run.forks:
        if isinstance(fork.result, DigestPass):
            yield from _rejected(fork.result)
            yield from _metrics(fork.result)


def warning_lines(run: RunDocument) -> Iterator[RenderableType]:
    """Each warning once, with its advice under it."""
    for warning in dict.fromkeys(run.warnings):
        yield Text("! ", style="yellow").append(printable(warning.problem), style="default")
        if warning.advice:
            yield Padding.indent(Text(printable(warning.advice), style="dim"), _INDENT)


def _rejected(digest: DigestPass) -> Iterator[RenderableType]:
    rejected = sum(digest.errors.values())
    if not rejected:
        return
    share = format_share(rejected / digest.messages) if digest.messages else "all"
    words = f"rejected {rejected:,} of {messages_text(digest.messages)} ({share})"
    if digest.first_error is not None:
        words += f", the first is message {digest.first_error:,}"
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in digest.errors.items() if count)
    yield Text(words, style="yellow").append(f": {printable(reasons)}", style="default")


def _metrics(digest: DigestPass) -> Iterator[RenderableType]:
    if digest.metrics:
        values = (f"{name} {format_count(value)}" for name, value in digest.metrics.items())
        yield Text("metrics  ", style="dim").append(printable("  ".join(values)), style="not dim")
