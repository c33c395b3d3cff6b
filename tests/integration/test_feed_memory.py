"""A feed larger than the memory that handling it may take."""

import gzip
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from benches.large_capture import write_capture
from latprobe.feed.importers.import_feed import import_feed
from latprobe.feed.synth.synth import synth
from tests.feeds import REPOSITORY, columns_of

# A third more than is promised, and less than the source: on a busy machine Arrow's threads are
# ahead of whoever takes what they have read.
_MOST_BYTES: Final = 400 * 10**6
# Not `ru_maxrss`: that counts in what this process had when it started the other.
_PRINT_PEAK: Final = "; print(open('/proc/self/status').read())"


def peak_bytes(program: str, *words: object) -> int:
    """Most resident memory of a fresh Python that runs a program."""
    command = [sys.executable, "-c", program + _PRINT_PEAK, *map(str, words)]
    output = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True)
    (peak,) = (line for line in output.stdout.splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) * 1024


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of frames that unpacks to more than the limit."""
    folder = tmp_path_factory.mktemp("large")
    synth("json", 20_000, 1, folder / "made.feed")
    lines = b"".join(
        b"1704207600 %b\n" % frame for frame in columns_of(folder / "made.feed")["payload"]
    )
    member = gzip.compress(lines, 1)
    with (folder / "source.gz").open("wb") as file:
        for _ in range(_MOST_BYTES * 5 // 4 // len(lines)):
            file.write(member)
    return folder


def test_importing_reading_and_describing_take_flat_memory(large: Path) -> None:
    source, feed = large / "source.gz", large / "large.feed"
    importing = (
        "import sys; from latprobe.feed.importers.import_feed import import_feed; "
        "import_feed(sys.argv[1], sys.argv[2])"
    )
    assert peak_bytes(importing, source, feed) < _MOST_BYTES
    assert feed.stat().st_size > _MOST_BYTES
    describing = (
        "import sys; from latprobe.feed.info import feed_info; "
        "assert feed_info(sys.argv[1]).sha256_verified"
    )
    assert peak_bytes(describing, feed) < _MOST_BYTES
    expanding = (
        "import sys; from latprobe.feed.expand import expand; expand(sys.argv[1], sys.argv[2])"
    )
    assert peak_bytes(expanding, feed, large / "again.feed") < _MOST_BYTES


_CHANGES: Final = {
    "slice": "from latprobe.feed.change.slice import Selection, slice_feed; "
    "slice_feed(IN, OUT, Selection(channels=('*@trade', '*@depth*'), kinds=('*',)))",
    "merge": "from latprobe.feed.change.merge import merge_feeds; merge_feeds(OUT, [IN, IN])",
    "shuffle": "from latprobe.feed.change.shuffle import *; "
    "shuffle_feed(IN, OUT, parse_window('1000msgs'), 1)",
    "fault": "from latprobe.feed.change.fault import *; "
    "from latprobe.feed.change.fault_plan import parse_fault; "
    "fault_feed(IN, OUT, FaultPlan({it.name: parse_fault(it, '0.1%') for it in FAULT_KINDS "
    "if it.name not in ('bad-checksum', 'oversize')}), 1)",
}


@pytest.fixture(scope="module")
def large_feed(large: Path) -> Path:
    import_feed(large / "source.gz", large / "to be changed.feed")
    return large / "to be changed.feed"


@pytest.mark.parametrize("change", _CHANGES)
def test_changing_a_feed_takes_flat_memory(large_feed: Path, tmp_path: Path, change: str) -> None:
    program = f"import sys; IN, OUT = sys.argv[1:]; {_CHANGES[change]}"
    assert peak_bytes(program, large_feed, tmp_path / "out") < _MOST_BYTES
    (tmp_path / "out").unlink()


def test_importing_a_capture_takes_flat_memory(tmp_path: Path) -> None:
    write_capture(tmp_path / "source.pcap", _MOST_BYTES * 5 // 4)
    importing = (
        "import sys; from latprobe.feed.importers.import_feed import import_feed; "
        "from latprobe.feed.importers.capture_options import CaptureOptions; "
        "from latprobe.feed.importers.importer import ImportOptions; "
        "options = ImportOptions(capture=CaptureOptions('moldudp64')); "
        "import_feed(sys.argv[1], sys.argv[2], options=options)"
    )
    assert peak_bytes(importing, tmp_path / "source.pcap", tmp_path / "a.feed") < _MOST_BYTES
