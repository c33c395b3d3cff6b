"""Counts equal those of valgrind's DHAT on the same messages, exactly."""

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from latprobe.feed.reader import open_feed
from latprobe.feed.synth.synth import synth
from latprobe.pipeline.feeds import replayable
from tests.integration.audits import audit
from tests.integration.compiler import CALL_SITES, ROOT, compile_target
from tests.integration.conftest import Bench
from tests.integration.test_audit import LINES

REFERENCE = ROOT / "target" / "release" / "liblatprobe_reference.so"

pytestmark = pytest.mark.skipif(
    shutil.which("valgrind") is None, reason="valgrind is not installed: apt-get install valgrind"
)

REPLAY = """
import json, os, sys
from mmap import mmap
from latprobe import _core
library, target, feed, batches = sys.argv[1:]
feed = _core.Feed(feed, [tuple(batch) for batch in json.loads(batches)])
replay = _core.Replay(library, target, "{}", feed, mmap(-1, 8))
replay.cost(_core.Instrument("monotonic_raw"), 0, feed.messages)
os._exit(0)  # with the target still loaded, whose names are read last
"""


def dhat(library: Path, target: str, feed: Path, out: Path) -> list[dict[str, Any]]:
    """Where each block was asked for while the whole feed is replayed once."""
    batches = json.dumps(replayable(open_feed(feed)).batches)
    valgrind = ["valgrind", "--tool=dhat", "--num-callers=200", f"--dhat-out-file={out}"]
    python = [sys.executable, "-c", REPLAY, str(library), target, str(feed), batches]
    done = subprocess.run([*valgrind, *python], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    profile = json.loads(out.read_text())
    names = profile["ftbl"]
    return [{**point, "fs": [names[it] for it in point["fs"]]} for point in profile["pps"]]


@pytest.mark.parametrize("more", ["-O2", "-O0"])
def test_each_line_asks_for_what_dhat_says(bench: Bench, more: str) -> None:
    """Without optimisation every function is left by its frame pointer."""
    library = compile_target(CALL_SITES, bench.folder / "libasking.so", extra=[*LINES, more])
    found = audit(bench, library, 100 * "dgkkz.lsdg")
    assert found.code == 0, found.err

    ours: Counter[int] = Counter()
    bytes_of: Counter[int] = Counter()
    for it in found.json["sites"]:
        ours[it["line"]] += it["counts"]["allocations"] + it["counts"]["reallocations"]
        bytes_of[it["line"]] += it["counts"]["bytes"]
    theirs: Counter[int] = Counter()
    their_bytes: Counter[int] = Counter()
    for point in dhat(library, "asking", bench.folder / "feed.arrow", bench.folder / "dhat.json"):
        lines = re.findall(r"\(call_sites\.c:(\d+)\)", " ".join(point["fs"]))
        if lines and "on_message" in " ".join(point["fs"]):
            theirs[int(lines[0])] += point["tbk"]
            their_bytes[int(lines[0])] += point["tb"]

    assert theirs.total() == 100 * (2 * 2 + 2 * 3 + 2 + 1)
    assert {line: count for line, count in ours.items() if count} == dict(theirs)
    assert {line: count for line, count in bytes_of.items() if count} == dict(their_bytes)


@pytest.mark.parametrize("target", ["itch50-before", "itch50-after"])
def test_a_parser_in_rust_asks_for_what_dhat_says(bench: Bench, target: str) -> None:
    feed = bench.folder / "itch.arrow"
    synth("itch50", 1_000, 7, feed)
    scenario = bench.scenario(feed, target=target, library=REFERENCE)
    found = bench.latprobe("audit", scenario, "--json")
    assert found.code == 0, found.err

    points = [
        point
        for point in dhat(REFERENCE, target, feed, bench.folder / "dhat.json")
        if any("latprobe_sdk::export::on_message" in frame for frame in point["fs"])
    ]
    counts = [it["counts"] for it in found.json["sites"]]
    blocks = sum(it["allocations"] + it["reallocations"] for it in counts)
    assert (blocks > 0) == (target == "itch50-before")
    assert blocks == sum(point["tbk"] for point in points)
    assert sum(it["bytes"] for it in counts) == sum(point["tb"] for point in points)
