"""The call-site pass beside other profilers of allocations, on the same target in the same run.

Each replays the same messages through the same target in a process of its own; what it adds to the
processor time of a replay that nobody watches is shared out among the allocations.
"""

import importlib.util
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

import msgspec
from msgspec import Struct

from benches.figure import Figure, unsupported
from benches.native import BenchError, output_of
from latprobe import _core
from latprobe.pipeline.feeds import prepare_feed, replayable
from latprobe.scenario import SynthFeed
from latprobe.units import format_ns

_LIBRARY: Final = Path("target/release/liblatprobe_reference.so").resolve()
_TARGET: Final = "itch50-before"
_MESSAGES: Final = 100_000
_ROUNDS: Final = 3
_TIMES_CHEAPER: Final = 10.0

_REPLAY: Final = """
import json, sys, time
from mmap import mmap
from latprobe import _core

out, how, library, target, feed, batches, messages = sys.argv[1:]
feed = _core.Feed(feed, [tuple(batch) for batch in json.loads(batches)])
replay = _core.Replay(library, target, "{}", feed, mmap(-1, 8))
instrument = _core.Instrument()
start = time.process_time()
if how == "sites":
    found = json.loads(replay.call_sites(0, int(messages)))["counted"]
else:
    found = None
    replay.cost(instrument, 0, int(messages))
with open(out, "w") as file:
    json.dump({"seconds": time.process_time() - start, "counted": found}, file)
"""


class ToolCost(Struct, frozen=True):
    """What one tool adds to an allocation, by the median of its rounds; None where it is missing.

    `why` says why it is missing.
    """

    tool: str
    added_ns: float | None
    why: str = ""


class CallSites(Struct, frozen=True):
    """All tools on one target, latprobe first."""

    target: str
    allocations: int
    plain_s: float
    tools: tuple[ToolCost, ...]


class _Counted(Struct, frozen=True):
    allocations: int
    reallocations: int


class _Said(Struct, frozen=True):
    seconds: float
    counted: _Counted | None


def measure() -> CallSites:
    """Runs the tools in turns."""
    feed = replayable(prepare_feed(SynthFeed("itch50", _MESSAGES), lambda _: None))
    with tempfile.TemporaryDirectory(prefix="latprobe-bench-") as name:
        folder = Path(name)
        script, preloaded = folder / "replay.py", folder / "liblatprobe_call_sites.so"
        script.write_text(_REPLAY, encoding="utf-8")
        preloaded.write_bytes(_core.CALL_SITE_LIBRARY)
        what = [str(_LIBRARY), _TARGET, str(feed.path), json.dumps(feed.batches), str(_MESSAGES)]
        rounds = [_round(folder, script, preloaded, what) for _ in range(_ROUNDS)]
    counted = next(it["latprobe"].counted for it in rounds)
    assert counted is not None
    allocations = counted.allocations + counted.reallocations
    plain_s = median(it["plain"].seconds for it in rounds)
    tools = [_watched("latprobe", rounds, allocations)]
    tools += [
        ToolCost(tool, None, why) if why else _watched(tool, rounds, allocations)
        for tool, why in _missing().items()
    ]
    return CallSites(_TARGET, allocations, plain_s, tuple(tools))


def figures(found: CallSites) -> list[Figure]:
    """A row for the pass beside each other tool."""
    own = found.tools[0].added_ns
    assert own is not None
    reach = f"≥ {_TIMES_CHEAPER:g} × cheaper"
    rows = []
    for other in found.tools[1:]:
        name = f"call-site pass, per allocation, beside {other.tool}"
        if other.added_ns is None:
            rows.append(unsupported(name, other.why, reach))
            continue
        times = other.added_ns / own
        measured = f"+{format_ns(own)} beside +{format_ns(other.added_ns)}: {times:.1f} × cheaper"
        rows.append(Figure(name, measured, reach, times >= _TIMES_CHEAPER))
    return rows


def _round(folder: Path, script: Path, preloaded: Path, what: Sequence[str]) -> Mapping[str, _Said]:
    python, out = sys.executable, folder / "said.json"
    memray = [python, "-m", "memray", "run", "--native", "--quiet", "--force", "-o"]
    commands: dict[str, tuple[list[str], dict[str, str]]] = {
        "plain": ([python, str(script), str(out), "plain"], {}),
        "latprobe": ([python, str(script), str(out), "sites"], {"LD_PRELOAD": str(preloaded)}),
        "heaptrack": (
            ["heaptrack", "-o", str(folder / "heap"), python, str(script), str(out), "plain"],
            {},
        ),
        "memray, native traces": (
            [*memray, str(folder / "memray.bin"), str(script), str(out), "plain"],
            {},
        ),
    }
    missing = _missing()
    said = {}
    for tool, (command, environment) in commands.items():
        if missing.get(tool):
            continue
        out.unlink(missing_ok=True)
        output_of([*command, *what], {"PYTHONPATH": os.getcwd(), **environment})
        if not out.exists():
            raise BenchError(f"{tool}: the replay under it did not come to its end")
        said[tool] = msgspec.json.decode(out.read_bytes(), type=_Said)
    return said


def _missing() -> dict[str, str]:
    """The other tools, each with why it cannot be run, or nothing where it can."""
    heaptrack = shutil.which("heaptrack")
    memray = importlib.util.find_spec("memray")
    return {
        "heaptrack": "" if heaptrack else "heaptrack is not installed",
        "memray, native traces": "" if memray else "memray is not installed",
    }


def _watched(tool: str, rounds: Sequence[Mapping[str, _Said]], allocations: int) -> ToolCost:
    """Each round's own difference, so that a machine that drifts drifts under both."""
    added = [it[tool].seconds - it["plain"].seconds for it in rounds]
    return ToolCost(tool, median(added) / allocations * 1e9)
