"""How fast recordings come in, beside a bare loop, out of each archive, and in how much memory.

Everything is CPU time of one core, on recordings that are made up here and lie in the page cache;
MB/s are of uncompressed bytes.
"""

import bz2
import gzip
import json
import lzma
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import cramjam
import lz4.frame  # type: ignore[import-untyped]
import msgspec
import orjson
import zstandard

from benches.figure import Figure, Rounds, ratio_text
from benches.native import BenchError
from latprobe.feed.blocks import read_blocks
from latprobe.feed.importers.import_feed import import_recording
from latprobe.feed.synth.synth import synth
from latprobe.units import format_bytes

_ROUNDS: Final = 5
_MEGABYTE: Final = 1_000_000
_NDJSON_REACH: Final = 100 * _MEGABYTE
_MOST_RESIDENT_BYTES: Final = 300 * _MEGABYTE
_MESSAGES: Final = {"json": 200_000, "itch50": 1_000_000, "fix": 100_000}
_MIDNIGHT_NS: Final = 1_704_207_600_000_000_000

_ARCHIVERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gzip": lambda content: gzip.compress(content, 6),
    "zstd": zstandard.compress,
    "lz4": lz4.frame.compress,
    "xz": lambda content: lzma.compress(content, preset=1),
    "bzip2": bz2.compress,
    "snappy": lambda content: bytes(cramjam.snappy.compress(content)),
}
# Not `ru_maxrss`: that counts in what the process had that started it.
_IMPORT_AND_TELL: Final = """
import json, sys
from latprobe.feed.importers.import_feed import import_recording
def resident(what):
    status = open("/proc/self/status").read()
    return int(status.split(what + ":")[1].split()[0]) * 1024
seen = []
def look(done, total):
    seen.append((done / total, resident("VmRSS")))
import_recording(sys.argv[1], sys.argv[2], progress=look)
early = next(size for share, size in seen if share >= 0.1)
print(json.dumps([early, seen[-1][1], resident("VmHWM")]))
"""


class Speed(msgspec.Struct, frozen=True):
    """One format: bytes and messages per second of CPU."""

    name: str
    bytes_per_second: Rounds
    messages_per_second: float


class Unpacking(msgspec.Struct, frozen=True):
    """One archive: how much longer it takes to import than its content does."""

    codec: str
    expansion: float
    """Bytes of content for each byte of the archive."""
    times_the_plain: Rounds


class Resident(msgspec.Struct, frozen=True):
    """Memory of an import of a large source, in bytes."""

    source_bytes: int
    at_a_tenth: int
    at_the_end: int
    most: int


class Importing(msgspec.Struct, frozen=True):
    """What an import costs."""

    formats: tuple[Speed, ...]
    bare_loop: Speed
    ndjson_beside_it: Rounds
    """Time of the import over time of the bare loop, round by round."""
    archives: tuple[Unpacking, ...]
    resident: Resident


def measure(source_bytes: int) -> Importing:
    """Makes recordings up and imports them; one of about `source_bytes` for the memory it takes.

    Raises:
        BenchError: An import fails.
    """
    with tempfile.TemporaryDirectory(prefix="latprobe-bench-") as name:
        folder = Path(name)
        sources = {protocol: _recording(folder, protocol) for protocol in _MESSAGES}
        ndjson = sources["json"]
        loops = {name: _import(source, folder) for name, source in sources.items()}
        loops["bare"] = lambda: _bare_loop(ndjson)
        seconds = _rounds(loops)
        sizes = {protocol: source.stat().st_size for protocol, source in sources.items()}
        return Importing(
            formats=tuple(
                _speed(protocol, seconds[protocol], sizes[protocol], messages)
                for protocol, messages in _MESSAGES.items()
            ),
            bare_loop=_speed("bare", seconds["bare"], sizes["json"], _MESSAGES["json"]),
            ndjson_beside_it=_ratio(seconds["json"], seconds["bare"]),
            archives=_archives(folder, ndjson),
            resident=_resident(folder, ndjson, source_bytes),
        )


def figures(found: Importing) -> list[Figure]:
    """The rows of the table."""
    rows = []
    for speed in found.formats:
        words = f"{_rate(speed)}; {speed.messages_per_second:,.0f} messages/s"
        reach, holds = "", None
        if speed.name == "json":
            beside = ratio_text(found.ndjson_beside_it)
            words += f"; {beside} the time of a bare orjson loop ({_rate(found.bare_loop)})"
            reach = f">= {_NDJSON_REACH // _MEGABYTE} MB/s"
            holds = speed.bytes_per_second.median >= _NDJSON_REACH
        rows.append(Figure(f"import of {speed.name}", words, reach, holds))
    for it in found.archives:
        words = f"{ratio_text(it.times_the_plain)} the time of its content ({it.expansion:.1f} : 1)"
        rows.append(Figure(f"import of json out of {it.codec}", words, "", None))
    resident = found.resident
    words = (
        f"{format_bytes(resident.most)} at most; {format_bytes(resident.at_a_tenth)} after a "
        f"tenth, {format_bytes(resident.at_the_end)} at the end"
    )
    size = format_bytes(resident.source_bytes)
    holds = resident.most < _MOST_RESIDENT_BYTES
    reach = f"< {_MOST_RESIDENT_BYTES // _MEGABYTE} MB"
    return [*rows, Figure(f"resident memory, importing {size} of json", words, reach, holds)]


def _recording(folder: Path, protocol: str) -> Path:
    """A made-up feed as the recording that it might have come from."""
    feed = synth(protocol, _MESSAGES[protocol], 1, folder / "made.feed")
    path = folder / f"source.{protocol}"
    with path.open("wb") as file:
        for block in read_blocks(feed):
            messages = block.messages()
            for recv_ns, payload in zip(messages.recv_ns, messages.payloads, strict=True):
                if protocol == "json":
                    file.write(b"%d %b\n" % (recv_ns, payload))
                elif protocol == "itch50":
                    file.write(len(payload).to_bytes(2, "big") + payload)
                else:
                    file.write(payload + b"\n")
    return path


def _import(source: Path, folder: Path) -> Callable[[], object]:
    return lambda: import_recording(source, folder / "out.feed")


def _bare_loop(source: Path) -> None:
    """What somebody would write first: each frame is decoded, and nothing is kept."""
    with source.open("rb") as file:
        for line in file:
            orjson.loads(line.split(b" ", 1)[1])


def _rounds(loops: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """CPU seconds of each, round by round, so that a machine that drifts does so for all."""
    seconds: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(_ROUNDS):
        for name, loop in loops.items():
            start = time.process_time()
            loop()
            seconds[name].append(time.process_time() - start)
    return seconds


def _archives(folder: Path, plain: Path) -> tuple[Unpacking, ...]:
    content = plain.read_bytes()
    sources = {codec: folder / f"source.{codec}" for codec in _ARCHIVERS}
    for codec, source in sources.items():
        source.write_bytes(_ARCHIVERS[codec](content))
    loops = {codec: _import(source, folder) for codec, source in sources.items()}
    seconds = _rounds({"plain": _import(plain, folder), **loops})
    return tuple(
        Unpacking(
            codec,
            len(content) / source.stat().st_size,
            _ratio(seconds[codec], seconds["plain"]),
        )
        for codec, source in sources.items()
    )


def _resident(folder: Path, ndjson: Path, source_bytes: int) -> Resident:
    """Imports the same frames again and again in a process of its own, all with one time."""
    lines = (line.split(b" ", 1)[1] for line in ndjson.read_bytes().splitlines())
    content = b"".join(b"%d %b\n" % (_MIDNIGHT_NS, frame) for frame in lines)
    large = folder / "large.json"
    with large.open("wb") as file:
        while file.tell() < source_bytes:
            file.write(content)
    command = [sys.executable, "-c", _IMPORT_AND_TELL, str(large), str(folder / "large.feed")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"the import of a large source failed: {done.stderr[-500:]}")
    at_a_tenth, at_the_end, most = json.loads(done.stdout)
    return Resident(large.stat().st_size, at_a_tenth, at_the_end, most)


def _speed(name: str, seconds: list[float], size: int, messages: int) -> Speed:
    rates = _quartiles([size / it for it in seconds])
    return Speed(name, rates, messages / statistics.median(seconds))


def _ratio(some: list[float], others: list[float]) -> Rounds:
    return _quartiles([one / other for one, other in zip(some, others, strict=True)])


def _quartiles(values: list[float]) -> Rounds:
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return Rounds(median, lower, upper)


def _rate(speed: Speed) -> str:
    rates = speed.bytes_per_second
    low, high = rates.lower_quartile / _MEGABYTE, rates.upper_quartile / _MEGABYTE
    return f"{rates.median / _MEGABYTE:.0f} MB/s ({low:.0f} – {high:.0f})"
