"""The slowest messages of a run, as text."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from latprobe.report.amounts import messages_text, time_text
from latprobe.report.cell import single_time_cell
from latprobe.report.hexdump import hexdump
from latprobe.report.platform import kernel_text, platform_text
from latprobe.report.precision import Precision, precision_of
from latprobe.report.printable import printable
from latprobe.report.trimmed import Trimmed
from latprobe.run.explained import explains
from latprobe.run.matched import MatchPass
from latprobe.run.measured import REJECTED
from latprobe.run.model import LatencyPass, RunDocument
from latprobe.run.slow_message import Answer, Stall, TailMessage
from latprobe.run.tail import SlowMessage, worst_messages

_INDENT: Final = 4
_EPOCH: Final = datetime.datetime(1970, 1, 1)  # all times here are UTC


def print_tail(
    run: RunDocument, console: Console, *, fork: int | None = None, with_bytes: bool = True
) -> None:
    """Prints the slowest messages of a run: of all its latency passes, or of that of one fork.

    Args:
        run: The run.
        console: Where to, see `console_for`.
        fork: The fork's index; None for all.
        with_bytes: Whether to show what the messages say.
    """
    slow = worst_messages(run.forks, fork)
    passes = [it for it in run.forks if isinstance(it.result, LatencyPass)]
    if run.scenario.match is None:
        console.print(Trimmed(_heading(run, slow, len(passes), fork)))
        console.print(Trimmed(Text(platform_text(run.platform))))
    else:
        console.print(Trimmed(_match_heading(run, slow)))
    if kernel := kernel_text([it for it in passes if fork in (None, it.index)]):
        console.print(Trimmed(Text(kernel)))
    precision = precision_of(run)
    for rank, one in enumerate(slow, 1):
        console.print()
        console.print(Trimmed(_head(rank, one, len(passes)).append(_where(run, one))))
        for detail in _details(run, one, precision):
            console.print(Trimmed(Padding.indent(Text(detail), _INDENT)))
        for line in _bytes(one.message) if with_bytes else ():
            console.print(Trimmed(Padding.indent(Text(line, style="dim"), _INDENT)))
        if one.message.answer is not None:
            for text in _answer(one.message.answer, with_bytes=with_bytes):
                console.print(Trimmed(Padding.indent(text, _INDENT)))
    console.print()


def time_in_feed(recv_ns: int) -> str:
    """A Unix time in nanoseconds, as ISO 8601 writes it."""
    seconds, ns = divmod(recv_ns, 1_000_000_000)
    moment = _EPOCH + datetime.timedelta(seconds=seconds)
    return f"{moment.isoformat()}.{ns:09}Z"


def _heading(run: RunDocument, slow: Sequence[SlowMessage], passes: int, fork: int | None) -> Text:
    heading = Text(printable(run.scenario.name), style="bold")
    if not slow:
        words = "  holds no slow messages: it has no latency pass that came to its end"
        if passes:
            words = "  holds no slow messages: it was written before they were kept"
        return heading.append(words, style="not bold")
    of = f"{passes} latency passes" if fork is None else f"latency pass {fork}"
    words = f"  the {len(slow)} slowest of {messages_text(run.messages)} in {of}"
    return heading.append(words, style="not bold")


def _match_heading(run: RunDocument, slow: Sequence[SlowMessage]) -> Text:
    heading = Text(printable(run.scenario.name), style="bold")
    words = f"  the {len(slow)} slowest of {run.messages:,} pairs" if slow else "  has no pairs"
    return heading.append(words, style="not bold")


def _where(run: RunDocument, slow: SlowMessage) -> str:
    """Of which recording a message is, where there are several."""
    matches = {it.index: it.result for it in run.forks if isinstance(it.result, MatchPass)}
    result = matches.get(slow.fork) if len(matches) > 1 else None
    return "" if result is None else f" of {printable(result.ins.name)}"


def _head(rank: int, slow: SlowMessage, passes: int) -> Text:
    message = slow.message
    kind = REJECTED if message.kind is None else message.kind
    head = Text(f"{rank:2}  ", style="dim")
    head.append(f"{time_text(message.longest_ns)}  {printable(kind)}", style="not dim bold")
    words = f"  message {message.sequence:,}, received {time_in_feed(message.recv_ns)}"
    words += f", {message.size:,} bytes"
    if slow.condition != "warm":
        words += f", {slow.condition}"
    if passes > 1:
        words += f"; among the slowest in {slow.passes} of {passes} passes"
    return head.append(words, style="not dim not bold")


def _details(run: RunDocument, slow: SlowMessage, precision: Precision | None) -> Iterator[str]:
    stages = zip(run.target.stages, slow.message.stages_ns, strict=True)
    split = [
        f"{printable(stage)} {single_time_cell(round(ns), precision).rendered()}"
        for stage, ns in stages
        if ns is not None
    ]
    if split:
        yield "  ".join(split)
    if slow.message.end_to_end_ns is not None:
        total = single_time_cell(round(slow.message.total_ns), precision).rendered()
        end = time_text(round(slow.message.end_to_end_ns))
        yield f"{total} on the thread that it came to, {end} until its last thread was done"
    if slow.message.stall is not None:
        yield _stall(slow.message, slow.message.stall)
    if slow.slow_by is not None and slow.replayed_median_ns is not None:
        again = single_time_cell(round(slow.replayed_median_ns), precision).rendered()
        yield (
            f"slow by {slow.slow_by}: {time_text(slow.message.longest_ns)} at first, {again} at "
            f"the median of {len(slow.replayed_ns)} replays"
        )


def _stall(message: TailMessage, stall: Stall) -> str:
    where = "before" if stall.start_ns < 0 else "after"
    words = f"the platform stalled an idle CPU for {time_text(stall.length_ns)} meanwhile, "
    words += f"from {time_text(round(abs(stall.start_ns)))} {where} the start"
    if explains(stall, message.longest_ns):
        words += ": that explains it"
    return words


def _answer(answer: Answer, *, with_bytes: bool) -> Iterator[Text]:
    when = time_in_feed(answer.recv_ns)
    yield Text(f"answered by message {answer.sequence:,}, received {when}, {answer.size:,} bytes")
    for line in _bytes(answer) if with_bytes else ():
        yield Text(line, style="dim")


def _bytes(message: TailMessage | Answer) -> Iterator[str]:
    yield from hexdump(message.bytes)
    left = message.size - len(message.bytes)
    if left > 0:
        yield f"… and {left:,} bytes more"
