"""`latprobe target`: what a target library holds, and whether it keeps the ABI."""

import dataclasses
import json
import os
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
from rich.table import Table
from rich.text import Text

from latprobe import _core
from latprobe.cli.target_check import Finding, check_target
from latprobe.report.console import console_for
from latprobe.report.printable import printable
from latprobe.run.model import TargetRecord
from latprobe.scenario import TargetReference
from latprobe.target import describe_callables, describe_service, describe_targets

_LIBRARY = click.argument("library", type=click.Path(path_type=Path))
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def target() -> None:
    """Look at target libraries, and write one."""


@target.command("list")
@_LIBRARY
@_AS_JSON
def list_targets(library: Path, as_json: bool) -> None:
    """List the targets of LIBRARY."""
    targets = _described(library, {})
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(targets)).decode())
        return
    table = Table("target", "family", "reads", "stages", "kinds", "description", box=None)
    for it in targets:
        cells = (it.name, it.family, it.protocol or "any", " → ".join(_path(it)))
        table.add_row(*map(printable, (*cells, str(len(it.kinds)), it.description)))
    console_for().print(table)


def _path(record: TargetRecord) -> Iterator[str]:
    """Stages in order, and in brackets the queues before them."""
    for index, stage in enumerate(record.stages):
        yield from (f"[{hop.name}]" for hop in record.hops if hop.stage == index)
        yield stage


@target.command()
@_LIBRARY
@click.option("--target", "name", help="Check this target alone.")
@click.option(
    "--feed",
    type=click.Path(path_type=Path),
    help="Messages to hand over, a feed or a recording; by default a synthetic feed.",
)
@click.option("--config", default="{}", help="The target's configuration, a JSON object.")
@_AS_JSON
@click.pass_context
def check(
    context: click.Context,
    library: Path,
    name: str | None,
    feed: Path | None,
    config: str,
    as_json: bool,
) -> None:
    """Load LIBRARY, hand each target some messages, and say what is wrong.

    Python callables are named as in a scenario, `python:package.module:object`, and asyncio
    services as `asyncio:package.module:object`.

    Ends with 0 where nothing is, 1 where a target does not do what its table says, and 4 where one
    crashed or hung.
    """
    given = _json_object(config)
    targets = [it for it in _described(library, given) if name in (None, it.name)]
    if not targets:
        raise click.BadParameter(f"no target is called '{name}'", param_hint="--target")
    found = {it.name: check_target(_reference(library, it, given), it, feed) for it in targets}
    if as_json:
        plain = {key: [dataclasses.asdict(it) for it in value] for key, value in found.items()}
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
    else:
        for it in targets:
            _show(it, found[it.name])
    worst = max(
        (finding.exit_code for findings in found.values() for finding in findings), default=0
    )
    context.exit(worst)


@target.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as a JSON string.")
def header(as_json: bool) -> None:
    """Print latprobe.h, for targets in C, C++ and anything with a C ABI."""
    text = _core.TARGET_HEADER
    click.echo(json.dumps({"header": text}) + "\n" if as_json else text, nl=False)


def _described(library: Path, config: dict[str, object]) -> list[TargetRecord]:
    named = _of_python(library, config)
    if named is None:
        return describe_targets(library)
    if named.asyncio is not None:
        return [describe_service(named, any_transport=True)]
    return [describe_callables(named)]


def _of_python(library: Path, config: dict[str, object]) -> TargetReference | None:
    """The callable or the service that is named in the place of a library; None for none."""
    what, found, name = str(library).partition(":")
    if not found or what not in ("python", "asyncio"):
        return None
    path = (os.getcwd(),)
    try:
        if what == "asyncio":
            return TargetReference(asyncio=name, path=path, config=config)
        return TargetReference(python=name, path=path, config=config)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="LIBRARY") from error


def _reference(
    library: Path, described: TargetRecord, config: dict[str, object]
) -> TargetReference:
    return _of_python(library, config) or TargetReference(
        str(library.resolve()), described.name, config
    )


def _json_object(text: str) -> dict[str, object]:
    try:
        return msgspec.json.decode(text, type=dict[str, object])
    except msgspec.DecodeError as error:
        raise click.BadParameter(f"is not a JSON object: {error}", param_hint="--config") from error


def _show(described: TargetRecord, findings: list[Finding]) -> None:
    console = console_for()
    console.print(_marked(described.name, bad=any(finding.exit_code for finding in findings)))
    for finding in findings:
        line = Text(printable(finding.text))
        if finding.exit_code:
            line = _marked(finding.text, bad=True)
        console.print(Text("    ").append_text(line))


def _marked(words: str, *, bad: bool) -> Text:
    mark = Text("✘ ", "red") if bad else Text("✔ ", "green")
    return mark.append(printable(words), "default")
