"""`latprobe report`: runs as a file for people."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from latprobe.cli.results_option import READ, results_option
from latprobe.comparator import compare_sides
from latprobe.comparator.explain import explain_comparison
from latprobe.errors import LatprobeError, RunError
from latprobe.pipeline.sides import observed_run
from latprobe.run.change import Comparison
from latprobe.run.find import find_run
from latprobe.run.model import RunDocument
from latprobe.run.store import read_run
from latprobe.run.whole_file import write_whole

if TYPE_CHECKING:
    from latprobe.report.paper.model import Paper

_PAPERS: Final = (".html", ".md", ".pdf")
_PICTURES: Final = (".svg", ".png")
_PAIR: Final = 2


def _output(_context: click.Context, _option: click.Parameter, path: Path) -> Path:
    if path.suffix.lower() not in (*_PAPERS, *_PICTURES):
        kinds = ", ".join((*_PAPERS, *_PICTURES))
        raise click.BadParameter(f"`{path}`: a report is written as {kinds}; end its name in one")
    return path


@click.command("report")
@click.argument("references", metavar="RUN...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    required=True,
    callback=_output,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The report: .html, .md or .pdf; .svg or .png for its first picture alone.",
)
@click.option("--by-kind", is_flag=True, help="Split every row by message kind.")
@results_option(READ)
@click.option("--json", "as_json", is_flag=True, help="Print the paths that were written as JSON.")
def report(
    references: tuple[str, ...], output: Path, by_kind: bool, results: Path, as_json: bool
) -> None:
    """Write a report of the runs RUN... for people. The folder of a soak is one as well.

    It has the verdicts, what was run where, the figures, percentile plots and warnings of each run;
    of two runs also what changed from the first to the second; and of a soak, latency over time as
    a heat map, with the platform's stalls under it. An .html needs nothing else; the pictures of an
    .md are beside it.
    """
    # Here, since drawing takes half a second to import that no other command should wait for.
    from latprobe.cli.soak.part import soak_part  # noqa: PLC0415
    from latprobe.report.paper.of_runs import paper_of  # noqa: PLC0415

    soaks = [soak_part(Path(it)) for it in references if Path(it).is_dir()]
    runs = [read_run(find_run(it, results)) for it in references if not Path(it).is_dir()]
    paper = paper_of(runs, _compared(runs), soaks=soaks, by_kind=by_kind)
    paths = [str(it) for it in _written(paper, output)]
    click.echo(json.dumps({"paths": paths}) if as_json else "\n".join(paths))


def _written(paper: "Paper", output: Path) -> list[Path]:
    """Writes a report in the format that the file's name says; answers all files that it has."""
    from latprobe.report.paper.html import paper_html  # noqa: PLC0415
    from latprobe.report.paper.markdown import paper_markdown  # noqa: PLC0415
    from latprobe.report.paper.model import Picture  # noqa: PLC0415
    from latprobe.report.paper.pdf import paper_pdf  # noqa: PLC0415
    from latprobe.report.picture import write_picture  # noqa: PLC0415

    match output.suffix.lower():
        case ".html":
            write_whole(output, paper_html(paper).encode())
        case ".pdf":
            write_whole(output, paper_pdf(paper))
        case ".md":
            text, pictures = paper_markdown(paper, output.stem)
            for name, content in pictures.items():
                write_whole(output.with_name(name), content)
            write_whole(output, text.encode())
            return [output, *(output.with_name(it) for it in pictures)]
        case _:
            blocks = [block for section in paper.sections for block in section.blocks]
            picture = next((it for it in blocks if isinstance(it, Picture)), None)
            if picture is None:
                raise RunError("none of the runs has a histogram that could be drawn")
            write_picture(output, picture.draw)
    return [output]


def _compared(runs: Sequence[RunDocument]) -> Comparison | str | None:
    """What changed from the first of two to the second, or why it cannot be said."""
    if len(runs) != _PAIR:
        return None
    before, after = runs
    try:
        if before.thinned or after.thinned:
            raise RunError("a run that was thinned cannot be held against another")
        sides = observed_run(before, "before"), observed_run(after, "after")
        return explain_comparison(compare_sides(*sides, anyway=True), before, after)
    except LatprobeError as error:
        return str(error)
