"""What `feed info` prints of made-up feeds, against what it printed before."""

from dataclasses import replace
from pathlib import Path

import pytest

from latprobe.cli.feed.info_lines import info_lines
from latprobe.feed.change.fault import fault_feed
from latprobe.feed.change.fault_plan import FAULT_KINDS, FaultPlan, parse_fault
from latprobe.feed.info import feed_info
from latprobe.feed.synth.synth import synth
from tests.report_snapshots import assert_matches


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("protocol", ["json", "itch50", "fix"])
def test_the_figures_of_a_feed_read_as_before(tmp_path: Path, protocol: str, width: int) -> None:
    synth(protocol, 3_000, 1, tmp_path / "made")
    texts = {"gap": "1%", "duplicate": "1%", "reorder": "1%", "truncate": "1%"}
    faults = {it.name: parse_fault(it, texts[it.name]) for it in FAULT_KINDS if it.name in texts}
    fault_feed(tmp_path / "made", tmp_path / "broken", FaultPlan(faults), 1)
    # The size of a file depends on the version of Arrow that wrote it.
    info = replace(feed_info(tmp_path / "broken"), path="broken.feed", file_bytes=1_000_000)
    text = "".join(f"{line}\n" for line in info_lines(info, width))
    assert_matches(f"feed_info_{protocol}_{width}.txt", text)
