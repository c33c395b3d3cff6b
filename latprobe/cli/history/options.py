"""Options that several commands about histories have."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click
from msgspec.structs import replace

from latprobe.history.selection import Selection

_UNITS_MS: Final = {"h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}

RESULTS = click.option(
    "--results",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Folder of the run documents, and of folders with more.",
)

DATABASE = click.option(
    "--database",
    envvar="LATPROBE_HISTORY",
    default="results/history.sqlite",
    show_default=True,
    show_envvar=True,
    help="Path of the index, or postgresql://USER@HOST/NAME.",
)

NEWEST = click.option(
    "--runs",
    type=click.IntRange(min=1),
    default=3_000,
    show_default=True,
    help="So many, the newest, and those of changes and red runs of this week.",
)

SOAKS = click.option(
    "--soaks",
    type=click.IntRange(min=0),
    default=30,
    show_default=True,
    help="So many soaks, the newest.",
)

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class Moment(click.ParamType[int]):
    """A time, as Unix milliseconds: a date, or how long ago."""

    name = "when"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Reads `2026-11-20`, `2026-11-20T10:15`, or `30d`."""
        if isinstance(value, int):
            return value
        text = str(value)
        ago = re.fullmatch(r"([0-9]{1,5})([hdw])", text)
        if ago is not None:
            return now_ms() - int(ago[1]) * _UNITS_MS[ago[2]]
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"`{text}` is no time: write 2026-11-20, or 30d for 30 days ago", param, ctx)
        return round(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1_000)


class Span(click.ParamType[int]):
    """How long, in milliseconds."""

    name = "span"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Reads `30d`."""
        if isinstance(value, int):
            return value
        span = re.fullmatch(r"([0-9]{1,5})([hdw])", str(value))
        if span is None or not int(span[1]):
            self.fail(f"`{value}` is no span: write 12h, 30d or 4w", param, ctx)
        return int(span[1]) * _UNITS_MS[span[2]]


def now_ms() -> int:
    """The time, in Unix milliseconds."""
    return round(datetime.now(UTC).timestamp() * 1_000)


def selects_runs(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that say which runs are asked for; the command is given `runs`."""

    def of_runs(
        *args: Any,
        scenario: str | None,
        branch: str | None,
        machine: str | None,
        commit: str | None,
        since: int | None,
        **others: Any,
    ) -> Any:
        runs = Selection(scenario, branch, machine, commit, since)
        return command(*args, runs=runs, **others)

    return _with_options(
        command,
        of_runs,
        click.option("--scenario", help="Of this scenario alone."),
        click.option("--branch", help="Of this branch alone; '' for runs that know none."),
        click.option("--machine", metavar="WORDS", help="Part of a machine class, such as EPYC."),
        click.option("--commit", help="First characters of a commit."),
        click.option("--since", type=Moment(), metavar="WHEN", help="A date, or 30d for 30 days."),
    )


def selects_series(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that say which series are asked for, to a command that is given `runs`."""

    def of_series(
        *args: Any,
        runs: Selection,
        stages: tuple[str, ...],
        figures: tuple[str, ...],
        kind: str,
        **others: Any,
    ) -> Any:
        wanted = replace(runs, stages=stages, figures=figures, kind=kind)
        return command(*args, wanted=wanted, **others)

    return selects_runs(
        _with_options(
            command,
            of_series,
            click.option("--stage", "stages", multiple=True, help="A stage; repeat for more."),
            click.option("--figure", "figures", multiple=True, help="As in budgets; repeat it."),
            click.option("--kind", default="", help="A message kind.  [default: all together]"),
        )
    )


def _with_options(
    command: Callable[..., Any], called: Callable[..., Any], *options: Callable[..., Any]
) -> Callable[..., Any]:
    """A function in the place of a command, with its name and help, and with options."""
    made = wraps(command)(called)
    for option in reversed(options):
        made = option(made)
    return made
