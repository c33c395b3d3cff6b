"""Real forks of a target of which one message in 500 came to be 2 µs later: found, as tail?"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from latprobe.comparator import compare_sides, observed
from latprobe.comparator.explain import explain_comparison
from latprobe.run.model import RunDocument
from latprobe.run.store import read_run
from tests.integration.compiler import compile_target

_SOURCE = Path(__file__).with_name("tail_pair.c")
_PRODUCT_NS = 0.7
"""Nanoseconds of a multiplication, about: 2 µs are so many of them."""

_LATER = round(2_000 / _PRODUCT_NS)


@dataclass(frozen=True)
class TailPair:
    """What came of one pair: sentences about the tail, and of the same code twice."""

    tail: list[str]
    same: list[str]


def tail_pair(forks: int = 12) -> TailPair:
    """Builds the target with and without the tail, runs three times, and explains."""
    with tempfile.TemporaryDirectory(prefix="latprobe-") as name:
        folder = Path(name)
        plain = compile_target(_SOURCE, folder / "libplain.so")
        later = compile_target(_SOURCE, folder / "liblater.so", f"LATER={_LATER}")
        runs = [
            _run(folder, name, library, forks)
            for name, library in (("base", plain), ("same", plain), ("later", later))
        ]
    return TailPair(_tails(runs[0], runs[2]), _tails(runs[0], runs[1]))


def _run(folder: Path, name: str, library: Path, forks: int) -> RunDocument:
    scenario = folder / f"{name}.toml"
    scenario.write_text(
        f'name = "{name}"\nfeed = {{ synth = "itch50" }}\n'
        f"drive = {{ forks = {forks}, messages = 100_000, warmup = 5_000 }}\n"
        f'[target]\nlibrary = "{library}"\nname = "tail-pair"\n',
        encoding="utf-8",
    )
    command = [str(Path(sys.executable).with_name("latprobe")), "run", str(scenario)]
    subprocess.run([*command, "--results", str(folder), "--json"], check=True, capture_output=True)
    (path,) = folder.glob(f"{name}-*.json")
    return read_run(path)


def _tails(before: RunDocument, after: RunDocument) -> list[str]:
    comparison = compare_sides(observed(before, "base"), observed(after, "new"))
    findings = explain_comparison(comparison, before, after).findings
    return [it.words for it in findings if it.topic == "tail"]


if __name__ == "__main__":
    print(msgspec.json.format(msgspec.json.encode(tail_pair()), indent=1).decode())
