"""`latprobe feed fault`: a feed that is broken on purpose."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import click

from latprobe.cli.feed.options import JSON, PATH
from latprobe.cli.feed.parsed import parsed
from latprobe.cli.feed.progress import byte_progress
from latprobe.cli.feed.written import line_of, notes_of
from latprobe.feed.change.fault import fault_feed
from latprobe.feed.change.fault_plan import FAULT_KINDS, Fault, FaultKind, FaultPlan, parse_fault
from latprobe.report.printable import printable

_HELP: Final = {
    "gap": "Messages that are left out.",
    "duplicate": "Messages that come twice.",
    "reorder": "Messages that come N places later, with the receive time they have then.  "
    "[default: N 1]",
    "truncate": "Messages that end early, anywhere.",
    "flip": "Messages with N flipped bits, anywhere.  [default: N 1]",
    "oversize": "Messages that go on to a length of SIZE.  [default: SIZE 64KiB]",
    "bad-checksum": "Messages with a wrong checksum, where the protocol has one (fix).",
    "stale": "Messages whose event time is TIME earlier, in the payload.  [default: TIME 1s]",
}
_METAVAR: Final = {
    "reorder": "RATE[:N]",
    "flip": "RATE[:N]",
    "oversize": "RATE[:SIZE]",
    "stale": "RATE[:TIME]",
}


def _fault_options(command: Callable[..., None]) -> Callable[..., None]:
    for kind in reversed(FAULT_KINDS):
        command = click.option(
            f"--{kind.name}",
            callback=parsed(_parser(kind)),
            metavar=_METAVAR.get(kind.name, "RATE"),
            help=_HELP[kind.name],
        )(command)
    return command


def _parser(kind: FaultKind) -> Callable[[str], Fault]:
    return lambda text: parse_fault(kind, text)


@click.command("fault")
@click.argument("path", metavar="IN", type=PATH)
@click.argument("out", metavar="OUT", type=PATH)
@_fault_options
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option(
    "--faults",
    type=PATH,
    metavar="FILE",
    help="Where the list of faults goes.  [default: OUT.faults.jsonl]",
)
@JSON
def fault_command(
    path: Path, out: Path, seed: int, faults: Path | None, *, as_json: bool, **asked: Any
) -> None:
    """Write the feed IN to the feed OUT with faults, and list each of them in a file.

    A RATE is the share of messages that have the fault, as 0.1%; a message has one fault at most.
    The list says for each fault which message of IN and of OUT it is and what was changed, so that
    a test knows what a target should have caught. The same feed, rates and seed give the same
    bytes on every machine.
    """
    chosen = {name.replace("_", "-"): fault for name, fault in asked.items() if fault is not None}
    try:
        plan = FaultPlan(chosen)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with byte_progress(f"breaking {path.name}") as progress:
        done = fault_feed(path, out, plan, seed, faults, progress=progress)
    if as_json:
        notes = notes_of(done.feed)
        notes["faults"] = str(done.faults)
        notes["made"], notes["not_possible"] = done.made, done.not_possible
        click.echo(json.dumps(notes, indent=2))
        return
    click.echo(line_of(done.feed))
    click.echo(printable(f"{done.faults}: {_counts(done.made) or 'no fault: chance made none'}"))
    if passed_over := _counts(done.not_possible):
        click.echo(f"not made, since the message cannot have it: {passed_over}")


def _counts(faults: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in faults.items() if count)
