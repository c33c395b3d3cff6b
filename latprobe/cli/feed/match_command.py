"""`latprobe feed match`: what went in with what came out."""

import re
from pathlib import Path
from typing import Any

import click
import msgspec

from latprobe.cli.feed.match_options import match_options
from latprobe.cli.feed.matching import parse_match_budget, prepare_sides, run_match
from latprobe.cli.feed.options import JSON, PATH
from latprobe.cli.feed.progress import byte_progress
from latprobe.errors import ScenarioError
from latprobe.match.match import matching_of
from latprobe.pipeline.suite import exit_code
from latprobe.report.console import console_for
from latprobe.report.json import suite_json
from latprobe.report.summary import print_summary
from latprobe.report.table import print_run
from latprobe.run.store import write_run, write_run_as
from latprobe.scenario import (
    MatchScenario,
    Scenario,
    TargetReference,
    load_match_scenario,
)


@click.command("match")
@click.argument("paths", metavar="[IN OUT]...", nargs=-1, type=PATH)
@match_options
@JSON
@click.pass_context
def match_command(
    context: click.Context,
    /,
    paths: tuple[Path, ...],
    budgets: tuple[str, ...],
    file: Path | None,
    name: str | None,
    output: Path | None,
    *,
    by_kind: bool,
    as_json: bool,
    **told: str | None,
) -> None:
    """Pair what went into a program, IN, with what came out of it, OUT, by a key in both.

    IN and OUT are feeds, or recordings that are imported on the way. Each further pair is another
    recording of the same. Ends as `latprobe run` does: with 0 where every budget holds, 1 where one
    is broken, 2 on bad input, and 3 where something is unproven and nothing broken.
    """
    console = console_for(quiet=as_json)
    wanted = _wanted(paths, file, name, budgets, told)
    matching = matching_of(wanted.match)
    parsed = [parse_match_budget(text) for text in wanted.budgets]
    sides = prepare_sides(
        [Path(path) for pair in wanted.pairs for path in (pair.ins, pair.outs)],
        lambda words: click.echo(words, err=True),
    )
    with byte_progress(f"matching {sides[0].in_name}") as progress:
        run = run_match(_scenario(wanted), matching, sides, parsed, progress)
    path = write_run_as(run, output) if output else write_run(run, Path("results/runs"))
    code = exit_code([run], disagree=False)
    if as_json:
        click.echo(suite_json([run], [path], [], code))
    else:
        print_run(run, console, by_kind=by_kind)
        print_summary([run], [], code, console)
    context.exit(code)


def _scenario(wanted: MatchScenario) -> Scenario:
    """What the run document says was run."""
    return Scenario(
        name=wanted.name,
        feed=wanted.pairs[0].ins,
        target=TargetReference("", wanted.name),
        description=wanted.description,
        budgets=wanted.budgets,
        match=wanted.match,
    )


def _wanted(
    paths: tuple[Path, ...],
    file: Path | None,
    name: str | None,
    budgets: tuple[str, ...],
    told: dict[str, str | None],
) -> MatchScenario:
    """What the file says, with what the command line says in its place."""
    content: dict[str, Any] = {"name": _name_of(paths), "match": {}, "pairs": []}
    if file is not None:
        content = msgspec.to_builtins(load_match_scenario(file))
    if name is not None:
        content["name"] = name
    content["match"] |= {key: value for key, value in told.items() if value is not None}
    if budgets:
        content["budgets"] = budgets
    if paths:
        if len(paths) % 2:
            raise click.UsageError("recordings are named in pairs: IN OUT, and IN2 OUT2 for more")
        content["pairs"] = [
            {"in": str(ins), "out": str(outs)}
            for ins, outs in zip(paths[::2], paths[1::2], strict=True)
        ]
    if not content["pairs"]:
        raise click.UsageError("name two recordings, IN and OUT, or a --scenario with `pairs`")
    if "key" not in content["match"]:
        raise click.UsageError("what is matched? Name the place of the key, as --key json:data.E")
    try:
        return msgspec.convert(content, MatchScenario)
    except msgspec.ValidationError as error:
        raise ScenarioError(re.sub(r" - at `\$[^`]*`", "", str(error))) from error


def _name_of(paths: tuple[Path, ...]) -> str:
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", paths[0].name.split(".")[0]) if paths else ""
    return f"match-{stem[:90]}" if stem else "match"
