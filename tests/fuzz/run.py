"""`make fuzz`: what reads untrusted input, under libFuzzer for a while, and what came of it.

Inputs that find something new are kept in a corpus between runs, and an input that breaks a target
is written beside it: `python -m tests.fuzz.importer NAME FILE`, or in `native/capture` `cargo
+nightly fuzz run NAME FILE`, runs it again.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
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

_CORPUS: Final = Path("target/fuzz").resolve()
_CAPTURE_CRATE: Final = Path("native/capture")
_NATIVE: Final = {"packets": "pcap", "pcap": "pcap", "pcapng": "pcapng"}
"""Targets of the capture reader's own crate, and whose seeds they begin with."""
_TARGETS: Final = (*(it.name for it in IMPORTERS), *(f"native {name}" for name in _NATIVE))
_MEMORY_MB: Final = 1_024
_HANG_SECONDS: Final = 20
_LONGEST_INPUT: Final = 65_536
_STATISTIC: Final = re.compile(r"stat::(\w+):\s+(\d+)")
_LAST_LINES: Final = 12


class Fuzzing(Struct, frozen=True):
    """What came of fuzzing one target; `finding` is empty where nothing was found.

    `unsupported` says why it could not be fuzzed.
    """

    target: str
    inputs: int
    inputs_per_s: int
    peak_rss_mb: int
    finding: str = ""
    unsupported: str = ""


@click.command()
@click.option("--seconds", type=click.IntRange(min=1), default=10, show_default=True)
@click.option("--inputs", type=click.IntRange(min=1), help="Stop a target after so many.")
@click.option("--only", multiple=True, type=click.Choice(_TARGETS))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(seconds: int, inputs: int | None, only: tuple[str, ...], *, as_json: bool) -> None:
    """Fuzzes every target for SECONDS each; ends with 1 where one has a finding."""
    found = [*_fuzz_all([it for it in _TARGETS if not only or it in only], seconds, inputs)]
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
    native = name.removeprefix("native ") if name.startswith("native ") else None
    if native is not None and (missing := _missing_for_native()):
        return Fuzzing(name, 0, 0, 0, unsupported=missing)
    folder = _CORPUS / name.replace(" ", "-")
    corpus, findings = folder / "corpus", folder / "findings"
    for made in (corpus, findings):
        made.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(islice(seeds_of(_NATIVE[native] if native else name), 64)):
        (corpus / f"seed-{number}").write_bytes(seed[:_LONGEST_INPUT])
    flags = [
        f"-max_total_time={seconds}",
        f"-max_len={_LONGEST_INPUT}",
        f"-timeout={_HANG_SECONDS}",
        f"-rss_limit_mb={_MEMORY_MB}",
        f"-artifact_prefix={findings}/",
        "-print_final_stats=1",
        "-verbosity=1",
    ]
    if inputs is not None:
        flags.append(f"-runs={inputs}")
    if native is None:
        command = [sys.executable, "-m", "tests.fuzz.importer", name, str(corpus), *flags]
        return _ended(name, command, Path())
    command = ["cargo", "+nightly", "fuzz", "run", native, str(corpus), "--", *flags]
    return _ended(name, command, _CAPTURE_CRATE)


def _missing_for_native() -> str:
    if shutil.which("cargo-fuzz") is None:
        return "`cargo install cargo-fuzz` for it"
    nightly = subprocess.run(["cargo", "+nightly", "--version"], capture_output=True, check=False)
    return "" if nightly.returncode == 0 else "`rustup toolchain install nightly` for it"


def _ended(name: str, command: Sequence[str], folder: Path) -> Fuzzing:
    ended = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, errors="replace", check=False
    )
    statistics = {key: int(value) for key, value in _STATISTIC.findall(ended.stderr)}
    last_words = "\n".join((ended.stdout + ended.stderr).splitlines()[-_LAST_LINES:])
    return Fuzzing(
        target=name,
        inputs=statistics.get("number_of_executed_units", 0),
        inputs_per_s=statistics.get("average_exec_per_sec", 0),
        peak_rss_mb=statistics.get("peak_rss_mb", 0),
        finding=last_words if ended.returncode else "",
    )


def _print(found: Iterable[Fuzzing]) -> None:
    console = Console(highlight=False, markup=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("target", "inputs", "inputs/s", "peak RSS", "finding"):
        table.add_column(heading, justify="left" if heading in {"target", "finding"} else "right")
    for it in found:
        finding = "below" if it.finding else "none"
        if it.unsupported:
            table.add_row(it.target, "–", "–", "–", f"unsupported: {it.unsupported}")
            continue
        table.add_row(
            it.target, f"{it.inputs:,}", f"{it.inputs_per_s:,}", f"{it.peak_rss_mb} MB", finding
        )
    console.print(table)
    for it in found:
        if it.finding:
            console.print(f"{it.target}:\n{it.finding}\n")


if __name__ == "__main__":
    main()
