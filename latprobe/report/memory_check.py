"""What a target does wrong with memory, as text."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from latprobe.report.hexdump import hexdump
from latprobe.report.printable import printable
from latprobe.report.tail import time_in_feed
from latprobe.report.trimmed import Trimmed
from latprobe.run.memory_check import (
    THE_MESSAGE,
    BlockSite,
    CodePlace,
    FaultyMessage,
    Leak,
    MemoryCheck,
    MisuseOfMemory,
)
from latprobe.units import format_bytes

_INDENT: Final = 4
_DONE: Final = {"create": "created", "destroy": "destroyed"}
_LINE_TABLES: Final = (
    "no line is known: build the target with line tables (`-g`, or `debug = "
    '"line-tables-only"` in Cargo\'s profile)'
)


def print_memory_check(found: MemoryCheck, console: Console) -> None:
    """Prints errors in the order in which they came, what was lost, and how it ended."""
    heading = Text(printable(found.scenario), style="bold")
    checker = f"memcheck ({found.version})" if found.version else "AddressSanitizer"
    words = f"  {found.target} under {checker}, {found.messages:,} messages"
    console.print(Trimmed(heading.append(printable(words), style="not bold")))
    messages = {it.sequence: it for it in found.faulty}
    for error in found.errors:
        console.print()
        head = Text("✘ ", style="red").append(_title(error), style="bold")
        console.print(Trimmed(head))
        message = None if error.message is None else messages.get(error.message)
        for line in _details(error, message):
            console.print(Trimmed(Padding.indent(line, _INDENT)))
    for leak in found.leaks or ():
        console.print()
        console.print(Trimmed(Text("✘ ", style="red").append(_leak(leak), style="bold")))
    console.print()
    for words in _end(found):
        console.print(Trimmed(Text(printable(words))))
    console.print()


def _title(error: MisuseOfMemory) -> str:
    return printable(f"{error.what} at {_place(error.place)}")


def _details(error: MisuseOfMemory, message: FaultyMessage | None) -> Iterator[Text]:
    yield Text(printable(f"{error.detail}; {_times(error.times)}"))
    for block in error.blocks:
        yield Text(printable(_block(block)))
    if error.during != "message":
        yield Text(f"while the instance was {_DONE[error.during]}")
    elif message is None:
        yield Text(f"first with message {error.message:,}")
    else:
        kind = "not understood, or not handled to its end"
        kind = kind if message.kind is None else message.kind
        head = f"first with message {message.sequence:,} ({kind}), received "
        head += f"{time_in_feed(message.recv_ns)}, {message.size:,} bytes"
        yield Text(printable(head))
        for line in hexdump(message.bytes):
            yield Text(line, style="dim")


def _block(block: BlockSite) -> str:
    """A message is allocated by whoever hands it over."""
    if block.place.file is None and block.place.function == THE_MESSAGE:
        return "the block is the message" if block.what == "allocated" else "the message was over"
    return f"{block.what} at {_place(block.place)}"


def _times(times: int) -> str:
    return "once" if times == 1 else f"{times:,} times"


def _leak(leak: Leak) -> str:
    blocks = "1 block" if leak.blocks == 1 else f"{leak.blocks:,} blocks"
    return printable(f"leak of {format_bytes(leak.bytes)} in {blocks} from {_place(leak.place)}")


def _place(place: CodePlace) -> str:
    if place.file is None:
        return place.function
    path, here = PurePosixPath(place.file), Path.cwd()
    short = path.relative_to(here) if path.is_relative_to(here) else PurePosixPath(*path.parts[-3:])
    return f"{short}:{place.line} ({place.function})"


def _end(found: MemoryCheck) -> Iterator[str]:
    if found.stopped is not None:
        where = "before the first message"
        if found.stopped.message is not None:
            where = f"with message {found.stopped.message:,}"
        yield f"! the replay {found.stopped.how}, {where}"
    elif found.leaks is None:
        yield "! leaks were not looked for: the checker may not look at its own process here"
    errors = sum(it.times for it in found.errors)
    if not found.errors and not found.leaks:
        yield "✔ nothing was found"
        return
    summary = f"{len(found.errors):,} kinds of error, made {_times(errors)}"
    if found.faulty_messages:
        summary += f", with {found.faulty_messages:,} messages"
    if found.leaks:
        lost = sum(it.bytes for it in found.leaks)
        summary += f"; {format_bytes(lost)} lost"
    yield summary
    if any(it.place.file is None for it in found.errors):
        yield f"! {_LINE_TABLES}"
