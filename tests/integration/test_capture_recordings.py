"""Real captures come in whole, with the counts that are known of them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from latprobe.errors import FeedError
from latprobe.feed.importers.capture_options import CaptureOptions, Framing
from latprobe.feed.importers.import_feed import import_recording
from latprobe.feed.importers.importer import ImportOptions
from latprobe.feed.info import feed_info
from tests.feeds import columns_of, recording

CME = "cme-mdp3-sbe-v6.1.pcapng"
MIAX = "miax-tom-v1.9.pcap"
IEX = "iex-deep-1.0.pcap.gz"
A, B = "224.0.31.64:14340", "224.0.32.64:15340"


def options(framing: Framing, lines: tuple[tuple[str, ...], ...] = ()) -> ImportOptions:
    capture = CaptureOptions(framing, arbitrate=bool(lines), lines=lines)
    return ImportOptions(capture=capture)


@pytest.mark.parametrize(
    ("name", "framing", "messages"),
    [
        (CME, "cme-mdp3", 20_546),
        (CME, "none", 10_000),
        (MIAX, "miax-mach", 50_952),
        (MIAX, "none", 20_560),
    ],
)
def test_each_capture_has_its_count(
    tmp_path: Path, name: str, framing: Framing, messages: int
) -> None:
    done = import_recording(recording(name), tmp_path / "a.feed", options=options(framing))
    assert done.feed.messages == messages
    assert set(done.counts) == {"packets"}, "no gap, no duplicate, nothing left out"
    assert feed_info(tmp_path / "a.feed").sha256_verified


def test_a_capture_with_a_bad_ending_is_refused_or_kept_up_to_there(tmp_path: Path) -> None:
    source = recording(IEX)
    with pytest.raises(FeedError) as caught:
        import_recording(source, tmp_path / "a.feed", options=options("iex-tp"))
    assert caught.value.offset == 22_195_748
    assert list(tmp_path.iterdir()) == []
    done = import_recording(
        source, tmp_path / "a.feed", options=options("iex-tp"), quarantine=tmp_path / "bad"
    )
    assert done.feed.messages == 391_999
    # The exchange began its numbers again, eleven times, and lost none.
    assert done.counts == {"packets": 121_314, "empty": 7_937, "restarts": 11}
    assert done.set_aside is not None
    assert done.set_aside.messages == 1


def test_two_lines_are_one_feed_without_a_gap(tmp_path: Path) -> None:
    source = recording(CME)
    done = import_recording(source, tmp_path / "one.feed", options=options("cme-mdp3", ((A, B),)))
    assert done.counts == {"packets": 10_000, "duplicates": 5_000}
    one = columns_of(tmp_path / "one.feed")
    import_recording(source, tmp_path / "both.feed", options=options("cme-mdp3"))
    both = columns_of(tmp_path / "both.feed")
    for line in (A, B):
        of_line = zip(both["channel"], both["payload"], strict=True)
        assert one["payload"] == [payload for channel, payload in of_line if channel == line]
    assert set(one["channel"]) == {A}
    assert one["recv_ns"] == sorted(one["recv_ns"])


@pytest.mark.parametrize("name", [CME, MIAX])
def test_datagrams_are_what_tshark_says_they_are(tmp_path: Path, name: str) -> None:
    tshark = shutil.which("tshark")
    if tshark is None:
        pytest.skip("tshark is not installed")
    source = recording(name)
    fields = ["frame.time_epoch", "ip.dst", "udp.dstport", "udp.payload"]
    command = [tshark, "-n", "-r", str(source), "-T", "fields"]
    command += [word for field in fields for word in ("-e", field)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    import_recording(source, tmp_path / "a.feed")
    columns = columns_of(tmp_path / "a.feed")
    rows = zip(columns["recv_ns"], columns["channel"], columns["payload"], strict=True)
    ours = [
        f"{time // 10**9}.{time % 10**9:09d}\t{channel.replace(':', chr(9))}\t{payload.hex()}"
        for time, channel, payload in rows
    ]
    assert ours == said.splitlines()
