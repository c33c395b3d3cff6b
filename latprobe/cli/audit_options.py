"""The options of `latprobe audit`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

import click

from latprobe.cli.option_group import option_group
from latprobe.report.audit_folded import WEIGHTS, Weight

Format = Literal["table", "markdown", "json", "sarif", "folded", "speedscope"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)


@dataclass(frozen=True)
class AuditOptions:
    """What the command line says of an audit, each by the option of its name."""

    feed: Path | None
    messages: int | None
    own: tuple[Path, ...]
    by_kind: bool
    wanted: Format
    as_json: bool
    weight: Weight
    picture: Path | None
    memray_graph: Path | None
    against: Path | None
    output: Path | None

    @property
    def format(self) -> Format:
        """What is printed, or written to the output."""
        return "json" if self.as_json else self.wanted


_OPTIONS: Final = (
    click.option(
        "--feed",
        type=click.Path(path_type=Path),
        help="Replay this feed, or this recording, in the place of the scenario's own.",
    ),
    click.option("--messages", type=click.IntRange(min=1), help="Messages that count."),
    click.option(
        "--own",
        multiple=True,
        type=click.Path(exists=True, path_type=Path),
        help="A folder of the target's own sources: other code is a library's; repeat for more.  "
        "[default: by rules, see docs/AUDIT.md]",
    ),
    click.option("--by-kind", is_flag=True, help="A row for each message kind."),
    click.option(
        "--format",
        "wanted",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="folded and speedscope hold whole stacks, for flame graphs.",
    ),
    click.option("--json", "as_json", is_flag=True, help="As --format json."),
    click.option(
        "--of",
        "weight",
        type=click.Choice(WEIGHTS),
        default="allocations",
        show_default=True,
        help="What --format folded and --flame-graph count.",
    ),
    click.option(
        "--flame-graph",
        "picture",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Also draw the stacks, into this SVG.",
    ),
    click.option(
        "--memray",
        "memray_graph",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Of a Python target, also write memray's own flame graph, as HTML.",
    ),
    click.option(
        "--against",
        metavar="RUN.json",
        type=click.Path(path_type=Path),
        help="Also say what is new and what has gone since this audit.",
    ),
    click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write what is asked for to this file.",
    ),
)

audit_options = option_group("asked", AuditOptions, _OPTIONS)
"""Adds the options; the command is given them as `asked`."""
