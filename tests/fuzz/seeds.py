"""Inputs that fuzzing starts from: small recordings that are right."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from latprobe.feed.importers import IMPORTERS
from latprobe.feed.importers.source import Source
from latprobe.feed.synth import GENERATORS
from latprobe.feed.synth.synth import synth
from tests.captures import capture_of, ipv6, tcp, udp
from tests.feeds import RECORDINGS, columns_of, length_prefixed, zero_prefixed
from tests.made_recordings import recordings

_SEED_BYTES: Final = 8_192


def seeds_of(importer: str) -> Iterator[bytes]:
    """Made-up recordings of a format, and the beginnings of real ones where they are at hand."""
    yield from _made_up(importer)
    yield from (content for name, content in recordings() if name == importer)
    if not RECORDINGS.is_dir():
        return
    recognises = next(it.recognises for it in IMPORTERS if it.name == importer)
    for path in sorted(RECORDINGS.iterdir()):
        with Source(path) as source:
            head = source.head()
        if recognises(head):
            yield head[:_SEED_BYTES]


def _made_up(importer: str) -> Iterator[bytes]:
    if importer in {"pcap", "pcapng"}:
        packets = [
            udp(b"one"),
            udp(b"two" * 30, fragment_bytes=40),
            ipv6(b"three"),
            tcp(1, b"four"),
        ]
        yield capture_of([packets], container=importer)
        return
    protocol = {"ndjson": "json"}.get(importer, importer)
    if protocol not in {it.protocol for it in GENERATORS}:
        return
    with tempfile.TemporaryDirectory(prefix="latprobe-fuzz-") as folder:
        path = Path(folder) / "made.feed"
        synth(protocol, 12, 1, path)
        payloads = columns_of(path)["payload"]
    if importer == "itch50":
        yield length_prefixed(*payloads)
        yield zero_prefixed(*payloads)
    else:
        yield b"\n".join(payloads)
