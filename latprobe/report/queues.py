"""What stood in the queues between a target's threads, in words."""

from collections.abc import Iterator

from rich.text import Text

from latprobe.report.amounts import messages_text
from latprobe.report.printable import printable
from latprobe.run.model import RunDocument
from latprobe.run.threads import DepthFigure, Ends
from latprobe.units import format_share


def queue_lines(run: RunDocument) -> Iterator[Text]:
    """A line for each queue, of how many messages others met there; and what became of them."""
    for figure in run.depths:
        if figure.kind is None:
            yield Text(printable(_depth(figure)))
    if run.ends is not None:
        yield Text(_ends(run.ends))


def skew_text(run: RunDocument) -> str | None:
    """How well the clocks agree that times across threads are taken by; None without any."""
    if not run.skews:
        return None
    worst = max(run.skews, key=lambda skew: skew.error_ns)
    others = ", ".join(str(skew.other_cpu) for skew in run.skews)
    return (
        f"on CPU {others}, whose clock is {worst.offset_ns:+.0f} ± {worst.bound_ns:.0f} ns off "
        f"that of CPU {worst.cpu}"
    )


def _depth(figure: DepthFigure) -> str:
    return (
        f"{figure.hop} depth  p50 {figure.p50:,}, p99 {figure.p99:,}, max {figure.max:,}: what "
        "messages met in the queue"
    )


def _ends(ends: Ends) -> str:
    words = [
        f"{how} {count:,} ({format_share(count / ends.messages)})" if count else f"{how} 0"
        for how, count in (("superseded", ends.superseded), ("dropped", ends.dropped))
    ]
    return f"{', '.join(words)} of {messages_text(ends.messages)}"
