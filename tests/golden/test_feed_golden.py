"""Made-up feeds are the same bytes on every machine and in every Python.

A digest here changes only together with the version of its generator.
"""

import hashlib
from pathlib import Path

import pytest

from latprobe.feed.synth.synth import synth

VERSIONS = {"json": 2, "itch50": 1, "fix": 1}
DIGESTS = {
    "json": "5377029905c6361af2709f7e1d0ca904140f164da05671ed8de63467e711dadf",
    "itch50": "94b679ae30d10b43f7db9b42ddcb6e4ecef981edc12a1f61a78f28f8366c5743",
    "fix": "950354e5f02122ee3a0164fb8420f73cbe7d5e625164fe2fb8cb7cc31fc71088",
}


@pytest.mark.parametrize("protocol", DIGESTS)
def test_the_same_seed_gives_the_same_payloads_and_times(tmp_path: Path, protocol: str) -> None:
    feed = synth(protocol, 5000, 42, tmp_path / "a.feed")
    assert feed.importer == f"synth-{protocol} {VERSIONS[protocol]}"
    content = (tmp_path / "a.feed").read_bytes()
    digest = hashlib.sha256()
    for batch in feed.batches:
        stop = batch.recv_ns_offset + 8 * batch.messages
        digest.update(content[batch.recv_ns_offset : stop])
        digest.update(content[batch.payload_offset : batch.payload_offset + batch.payload_size])
    assert digest.hexdigest() == DIGESTS[protocol]
