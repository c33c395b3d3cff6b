"""How fast captures are imported, beside dpkt and tshark, and in how much memory."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from msgspec import Struct

from benches.figure import Figure
from benches.large_capture import write_capture
from benches.native import BenchError
from latprobe.units import format_bytes

LEAST_BYTES_PER_SECOND: Final = 200_000_000
_MOST_RESIDENT_BYTES: Final = 300_000_000
_PEER_SHARE: Final = 10
_ROUNDS: Final = 3

_END: Final = """
import json, resource
usage = resource.getrusage(resource.RUSAGE_SELF)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(json.dumps([usage.ru_utime + usage.ru_stime - begun, int(peak.split()[1]) * 1024, count]))
"""
_BEGIN: Final = """
import resource, sys
usage = resource.getrusage(resource.RUSAGE_SELF)
begun = usage.ru_utime + usage.ru_stime
"""
_IMPORT: Final = (
    """
from latprobe.feed.importers.capture_options import CaptureOptions
from latprobe.feed.importers.import_feed import import_feed
from latprobe.feed.importers.importer import ImportOptions
"""
    + _BEGIN
    + """
options = ImportOptions(capture=CaptureOptions(framing=sys.argv[3]))
count = import_feed(sys.argv[1], sys.argv[2], options=options).messages
"""
    + _END
)
_DPKT: Final = (
    "import dpkt\n"
    + _BEGIN
    + """
count = 0
with open(sys.argv[1], "rb") as file:
    for time, frame in dpkt.pcap.Reader(file):
        count += len(dpkt.ethernet.Ethernet(frame).data.data.data) > 0
"""
    + _END
)


class Imported(Struct, frozen=True):
    """One tool's way through a capture; `bytes_per_second` of CPU time, the best of the rounds."""

    bytes_per_second: float
    resident_bytes: int
    messages: int


class Captures(Struct, frozen=True):
    """A capture of `capture_bytes`, and one that is a tenth of it, which the peers get as well."""

    capture_bytes: int
    datagrams: Imported
    unwrapped: Imported
    unwrapped_tenth: Imported
    dpkt: Imported
    tshark_bytes_per_second: float | None


def measure(capture_bytes: int) -> Captures:
    """Writes the captures, imports them, and deletes them."""
    with tempfile.TemporaryDirectory(prefix="latprobe-bench-") as name:
        folder = Path(name)
        large, tenth = folder / "large.pcap", folder / "tenth.pcap"
        messages = write_capture(large, capture_bytes)
        write_capture(tenth, capture_bytes // _PEER_SHARE)
        out = str(folder / "out.feed")
        unwrapped = _best(_IMPORT, large, out, "moldudp64")
        if unwrapped.messages != messages:
            raise BenchError(f"of {messages} messages, {unwrapped.messages} were imported")
        return Captures(
            capture_bytes=large.stat().st_size,
            datagrams=_best(_IMPORT, large, out, "none"),
            unwrapped=unwrapped,
            unwrapped_tenth=_best(_IMPORT, tenth, out, "moldudp64"),
            dpkt=_best(_DPKT, tenth),
            tshark_bytes_per_second=_tshark(tenth),
        )


def figures(captures: Captures) -> list[Figure]:
    """The reach is for latprobe's own figures."""
    unwrapped, datagrams = captures.unwrapped, captures.datagrams
    speed, memory = unwrapped.bytes_per_second, unwrapped.resident_bytes
    tshark = captures.tshark_bytes_per_second
    peers = f"dpkt {format_bytes(captures.dpkt.bytes_per_second)}/s, " + (
        f"tshark {format_bytes(tshark)}/s" if tshark else "tshark is not installed"
    )
    size = format_bytes(captures.capture_bytes)
    return [
        Figure(
            f"import of a capture of {size}, on one core",
            f"{format_bytes(speed)}/s with messages unwrapped, "
            f"{format_bytes(datagrams.bytes_per_second)}/s of datagrams; {peers}",
            f"≥ {LEAST_BYTES_PER_SECOND // 1_000_000} MB/s",
            min(speed, datagrams.bytes_per_second) >= LEAST_BYTES_PER_SECOND,
        ),
        Figure(
            f"resident memory, importing a capture of {size}",
            f"{format_bytes(memory)}; "
            f"{format_bytes(captures.unwrapped_tenth.resident_bytes)} for one a tenth as large",
            f"< {_MOST_RESIDENT_BYTES // 1_000_000} MB",
            memory < _MOST_RESIDENT_BYTES,
        ),
    ]


def _best(program: str, capture: Path, *words: str) -> Imported:
    size = capture.stat().st_size
    rounds = []
    for _ in range(_ROUNDS):
        command = [sys.executable, "-c", program, str(capture), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BenchError((done.stderr.strip().splitlines() or ["it failed"])[-1])
        cpu_seconds, resident, messages = json.loads(done.stdout)
        rounds.append(Imported(size / cpu_seconds, resident, messages))
    return max(rounds, key=lambda it: it.bytes_per_second)


def _tshark(capture: Path) -> float | None:
    program = shutil.which("tshark")
    if program is None:
        return None
    command = [program, "-n", "-r", str(capture), "-T", "fields", "-e", "udp.payload"]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise BenchError(f"tshark ended with {child.returncode}")
    return capture.stat().st_size / (usage.ru_utime + usage.ru_stime)
