"""Real soaks of a target that leaks, and of one that does not: found, and never accused?

Each is of as many messages as ten minutes at 100,000 a second have, at ten times the rate, in as
many intervals: what is lost in an interval, and how many there are, is the same. Soaks that are
killed are beside them, see `benches.soak_kills`.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from rich.console import Console

from benches.figure import Figure
from benches.soak_kills import figure_of_kills
from benches.table import print_figures
from tests.integration.compiler import compile_target

_SOURCE: Final = Path(__file__).with_name("soak_leak.c")
_MESSAGES: Final = 60_000_000
_INTERVALS: Final = 60
_RATE: Final = 1_000_000
_LIMITS: Final = ("heap slope < 1B/h", "rss slope < 1B/h")
_TRIALS: Final = 20
_KILLS: Final = 50


def main() -> None:
    """Runs the soaks and prints what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--trials", type=int, default=_TRIALS, help="0 for no leaks")
    parser.add_argument("--kills", type=int, default=_KILLS, help="0 for no kills")
    wanted = parser.parse_args()
    figures = list(_figures(wanted.trials, wanted.kills))
    if wanted.json:
        print(msgspec.json.format(msgspec.json.encode(figures)).decode())
    else:
        print_figures(figures, Console(highlight=False))
    sys.exit(any(it.holds is False for it in figures))


def _figures(trials: int, kills: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="latprobe-") as name:
        folder = Path(name)
        clean = compile_target(_SOURCE, folder / "libclean.so")
        if trials:
            yield from _leaks(folder, clean, trials)
        if kills:
            yield figure_of_kills(kills, clean, folder)


def _leaks(folder: Path, clean: Path, trials: int) -> list[Figure]:
    leaking = compile_target(_SOURCE, folder / "libleaking.so", "LEAKS_EVERY=1000")
    print("soaking a target that leaks", file=sys.stderr)
    leak = _soak(folder, leaking)
    others = []
    for trial in range(trials):
        print(f"soaking a clean target, {trial + 1} of {trials}", file=sys.stderr)
        others.append(_soak(folder, clean))
    found = leak["soak"]["verdicts"][0]
    lost = found["figure"] / 3600 * leak["measured_s"] / leak["messages"] * 1000
    verdicts = [verdict for it in others for verdict in it["soak"]["verdicts"]]
    accused = sum(it["verdict"] == "fail" for it in verdicts)
    return [
        Figure(
            "8 bytes lost in 1,000 messages, 10 minutes at 100 k/s: heap slope",
            f"{found['verdict']}: {lost:.0f} B in 1,000 messages (a block of 8 takes 32), "
            f"of {leak['messages']:,} messages",
            "found",
            found["verdict"] == "fail",
        ),
        Figure(
            f"a clean target, {trials} times: soaks with heap or rss accused",
            f"{accused}",
            "0",
            accused == 0,
        ),
    ]


def _soak(folder: Path, library: Path) -> dict[str, Any]:
    """The report, with verdicts on heap and resident memory."""
    scenario = folder / "soak.toml"
    scenario.write_text(
        f'name = "soak"\nfeed = {{ synth = "itch50" }}\n'
        f'[target]\nlibrary = "{library}"\nname = "keeping"\n',
        encoding="utf-8",
    )
    seconds = _MESSAGES / _RATE
    command = [sys.executable, "-c", "from latprobe.cli.main import main; main()", "soak"]
    command += [str(scenario), "--duration", f"{seconds}s", "--rate", f"{_RATE}/s", "--json"]
    command += ["--interval", f"{seconds / _INTERVALS:.6f}s", "--results", str(folder)]
    for limit in _LIMITS:
        command += ["--budget", f"{limit} after {seconds / 10}s"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


if __name__ == "__main__":
    main()
