"""Real recordings through every reference target: the variants of a family agree on them."""

from pathlib import Path

import pytest

from tests.feeds import recording
from tests.integration.compiler import ROOT
from tests.integration.conftest import Bench

LIBRARY = ROOT / "target" / "release" / "liblatprobe_reference.so"
JSON = ["json-before", "json-after", "json-serde", "json-sonic"]
ITCH50 = ["itch50-before", "itch50-after", "itch50-zerocopy"]
FIX = ["fix-before", "fix-after", "fix-codec-rs"]
JSON_ENGINE = ["engine-json-before", "engine-json-after"]
ITCH50_ENGINE = ["engine-itch50-before", "engine-itch50-after"]

CASES = [
    ("binance-usdm-btcusdt-20240808.ndjson.gz", 93_954, [*JSON, *JSON_ENGINE]),
    ("binance-usdm-btcusdt-20230405.ndjson.gz", 60_381, [*JSON, *JSON_ENGINE]),
    ("binance-spot-btcusdt-20240809.ndjson.gz", 58_325, [*JSON, *JSON_ENGINE]),
    ("itch50-aapl-10k.bin", 10_000, [*ITCH50, *ITCH50_ENGINE]),
    ("itch50-synthetic-zero-prefix.bin", 12_012, [*ITCH50, *ITCH50_ENGINE]),
    ("fix-cme-marketdata-200.txt", 200, FIX),
    # Other venues' frames: sound JSON, of a kind that these targets have no name for.
    ("COINBASE.jsonl.zst", 1_030, JSON),
    ("KRAKEN.jsonl.zst", 4_430, JSON),
    ("HUOBI_SWAP.jsonl.zst", 2_913, JSON),
]


def every_message_once(bench: Bench, source: Path, target: str, messages: int) -> Path:
    """A scenario without anything that takes long: one fork, over the feed once."""
    path = bench.folder / f"{target}.toml"
    allocations = "after" in target
    path.write_text(
        f"""
        name = "{target}"
        feed = "{source}"
        target = {{ library = "{LIBRARY}", name = "{target}" }}
        drive = {{ forks = 1, warmup = 0, messages = {messages} }}
        budgets = ["errors == 0"{', "total: allocations == 0"' if allocations else ""}]
        """
    )
    return path


@pytest.mark.parametrize(("name", "messages", "targets"), CASES, ids=[it[0] for it in CASES])
def test_every_variant_understands_a_recording_alike(
    bench: Bench, name: str, messages: int, targets: list[str]
) -> None:
    assert LIBRARY.exists(), "`make build` makes it"
    source = recording(name)

    outcome = bench.run(*(every_message_once(bench, source, it, messages) for it in targets))

    assert outcome.code == 0, outcome.out
    digests = [run["forks"][0]["result"] for run in bench.documents]
    assert [digest["messages"] for digest in digests] == [messages] * len(targets)
    assert all(run["feed"]["messages"] == messages for run in bench.documents)
    families: dict[str, set[str]] = {}
    for run, digest in zip(bench.documents, digests, strict=True):
        families.setdefault(run["target"]["family"], set()).add(str(digest["kinds"]))
    assert all(len(different) == 1 for different in families.values())
