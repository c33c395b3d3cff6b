"""`make fuzz`: each importer under libFuzzer for a while, and what came of it.

Inputs that find something new are kept in a corpus between runs, and an input that breaks an
importer is written beside it: `python -m tests.fuzz.importer NAME FILE` runs it again.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import click
from msgspec import Struct, to_builtins
from rich import box
from rich.console import Console
from rich.table import Table

from latprobe.feed.importers import IMPORTERS
from tests.fuzz.seeds import seeds_of

_CORPUS: Final = Path("target/fuzz")
_MEMORY_MB: Final = 1_024
_HANG_SECONDS: Final = 20
_LONGEST_INPUT: Final = 65_536
_STATISTIC: Final = re.compile(r"stat::(\w+):\s+(\d+)")
_LAST_LINES: Final = 12


class Fuzzing(Struct, frozen=True):
    """What came of fuzzing one importer; `finding` is empty where nothing was found."""

    importer: str
    inputs: int
    inputs_per_s: int
    peak_rss_mb: int
    finding: str


@click.command()
@click.option("--seconds", type=click.IntRange(min=1), default=10, show_default=True)
@click.option("--inputs", type=click.IntRange(min=1), help="Stop an importer after so many.")
@click.option("--only", multiple=True, type=click.Choice([it.name for it in IMPORTERS]))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(seconds: int, inputs: int | None, only: tuple[str, ...], *, as_json: bool) -> None:
    """Fuzzes every importer for SECONDS each; ends with 1 where one has a finding."""
    names = [it.name for it in IMPORTERS if not only or it.name in only]
    found = [*_fuzz_all(names, seconds, inputs)]
    if as_json:
        click.echo(json.dumps(to_builtins(found), indent=2))
    else:
        _print(found)
    sys.exit(any(it.finding for it in found))


def _fuzz_all(names: Iterable[str], seconds: int, inputs: int | None) -> Iterator[Fuzzing]:
    for name in names:
        click.echo(f"fuzzing {name}", err=True)
        yield _fuzz(name, seconds, inputs)


def _fuzz(name: str, seconds: int, inputs: int | None) -> Fuzzing:
    corpus, findings = _CORPUS / name / "corpus", _CORPUS / name / "findings"
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(islice(seeds_of(name), 64)):
        (corpus / f"seed-{number}").write_bytes(seed[:_LONGEST_INPUT])
    limits = [
        f"-max_total_time={seconds}",
        f"-max_len={_LONGEST_INPUT}",
        f"-timeout={_HANG_SECONDS}",
        f"-rss_limit_mb={_MEMORY_MB}",
        f"-artifact_prefix={findings}/",
        "-print_final_stats=1",
        "-verbosity=1",
    ]
    if inputs is not None:
        limits.append(f"-runs={inputs}")
    ended = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.importer", name, str(corpus), *limits],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    statistics = {key: int(value) for key, value in _STATISTIC.findall(ended.stderr)}
    last_words = "\n".join((ended.stdout + ended.stderr).splitlines()[-_LAST_LINES:])
    return Fuzzing(
        importer=name,
        inputs=statistics.get("number_of_executed_units", 0),
        inputs_per_s=statistics.get("average_exec_per_sec", 0),
        peak_rss_mb=statistics.get("peak_rss_mb", 0),
        finding=last_words if ended.returncode else "",
    )


def _print(found: Iterable[Fuzzing]) -> None:
    console = Console(highlight=False, markup=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("importer", "inputs", "inputs/s", "peak RSS", "finding"):
        table.add_column(heading, justify="left" if heading in {"importer", "finding"} else "right")
    for it in found:
        finding = "below" if it.finding else "none"
        table.add_row(
            it.importer, f"{it.inputs:,}", f"{it.inputs_per_s:,}", f"{it.peak_rss_mb} MB", finding
        )
    console.print(table)
    for it in found:
        if it.finding:
            console.print(f"{it.importer}:\n{it.finding}\n")


if __name__ == "__main__":
    main()
