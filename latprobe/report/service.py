"""What an asyncio target did, in words."""

from collections.abc import Iterator

from rich.text import Text

from latprobe._core import Histogram
from latprobe.report.amounts import messages_text
from latprobe.report.printable import printable
from latprobe.run.model import RunDocument
from latprobe.run.service import ServicePass, SwitchPass
from latprobe.units import format_count, format_ns


def service_lines(run: RunDocument) -> Iterator[Text]:
    """How messages came, what was decided, and what the loop did for it; nothing for another."""
    services = [fork.result for fork in run.forks if isinstance(fork.result, ServicePass)]
    if not services:
        return
    messages = sum(it.messages for it in services)
    decided, acknowledged = (
        sum(getattr(it, what) for it in services) for what in ("decided", "acknowledged")
    )
    words = f"decided {decided:,}, orders acknowledged {acknowledged:,}"
    yield Text(f"{words} of {messages_text(messages)}")
    for fork in run.forks:
        if isinstance(fork.result, SwitchPass):
            each = fork.result.switches / fork.result.messages
            yield Text(f"task switches {format_count(each)} a message")
    base_ns = min(it.lag_base_ns for it in services)
    if base_ns:
        yield Text(
            f"message lag is over that of the fastest message, {format_ns(base_ns)}: the clocks of "
            "the recording disagree"
        )
    late = [it.sender_late for it in services if it.sender_late is not None]
    if late:
        together = Histogram()
        for times in late:
            together.merge(Histogram.decode(times.histogram))
        p99_ns = together.value_at_rank(max(1, -(-together.count * 99 // 100)))
        words = f"p99 {format_ns(p99_ns)}, max {format_ns(together.max)}"
        yield Text(f"the server sent late by {words}, which is in the response time")


def loop_text(run: RunDocument) -> str | None:
    """The event loop, and how messages came to it; None for another target."""
    result = next((it.result for it in run.forks if isinstance(it.result, ServicePass)), None)
    if result is None:
        return None
    how = {"call": "called", "websocket": "over a WebSocket on loopback"}.get(result.transport, "")
    return printable(f"{result.loop}, messages {how or result.transport}")
