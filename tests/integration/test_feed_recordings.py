"""Real recordings come in whole, with the counts that are known of them."""

import gzip
import json
from base64 import b64decode
from decimal import Decimal
from pathlib import Path
from typing import Any

import databento_dbn
import pytest
import zstandard

from latprobe.feed.importers.import_feed import import_feed, import_recording
from latprobe.feed.importers.importer import ImportOptions
from latprobe.feed.importers.itch50_lengths import MESSAGE_BYTES
from latprobe.feed.info import feed_info
from tests.feeds import columns_of, recording


@pytest.mark.parametrize(
    ("name", "protocol", "messages"),
    [
        ("binance-usdm-btcusdt-20240808.ndjson.gz", "json", 93_954),
        ("binance-usdm-btcusdt-20230405.ndjson.gz", "json", 60_381),
        ("binance-spot-btcusdt-20240809.ndjson.gz", "json", 58_325),
        ("itch50-aapl-10k.bin", "itch50", 10_000),
        ("itch50-synthetic-zero-prefix.bin", "itch50", 12_012),
        ("fix-cme-marketdata-200.txt", "fix", 200),
        ("cme-esh4-mbo-20231225.dbn.zst", "dbn-mbo", 68_792),
        ("COINBASE.jsonl.zst", "json", 1_030),
        ("KRAKEN.jsonl.zst", "json", 4_430),
        ("HUOBI_SWAP.jsonl.zst", "json", 2_913),
    ],
)
def test_each_recording_has_its_count(
    tmp_path: Path, name: str, protocol: str, messages: int
) -> None:
    feed = import_feed(recording(name), tmp_path / "a.feed")
    assert (feed.protocol, feed.messages) == (protocol, messages)
    assert not feed.synthetic
    assert feed_info(tmp_path / "a.feed").sha256_verified


@pytest.mark.parametrize(
    ("name", "unit_ns", "first"),
    [
        ("binance-usdm-btcusdt-20240808.ndjson.gz", 1, 1_723_161_255_030_314_667),
        ("binance-usdm-btcusdt-20230405.ndjson.gz", 1000, 1_680_652_800_005_184_000),
    ],
)
def test_frames_keep_their_times_channels_and_bytes(
    tmp_path: Path, name: str, unit_ns: int, first: int
) -> None:
    source = recording(name)
    import_feed(source, tmp_path / "a.feed")
    columns = columns_of(tmp_path / "a.feed")
    assert columns["recv_ns"][0] == first
    with gzip.open(source) as file:
        lines = [line.rstrip(b"\n").split(b" ", 1) for line in file]
    assert columns["payload"] == [frame for _, frame in lines]
    assert columns["recv_ns"] == [int(time) * unit_ns for time, _ in lines]
    streams = [json.loads(frame).get("stream", "json") for _, frame in lines]
    assert columns["channel"] == streams


def test_bare_frames_of_a_recording_are_received_at_their_event_times(tmp_path: Path) -> None:
    with gzip.open(recording("binance-usdm-btcusdt-20240808.ndjson.gz")) as file:
        frames = [line.rstrip(b"\n").split(b" ", 1)[1] for line in file]
    (tmp_path / "bare.ndjson").write_bytes(b"\n".join(frames))
    feed = import_feed(tmp_path / "bare.ndjson", tmp_path / "a.feed")
    assert feed.messages == 93_954
    columns = columns_of(tmp_path / "a.feed")
    assert columns["payload"] == frames
    events = [json.loads(frame) for frame in frames]
    milliseconds = [event.get("data", event)["E"] for event in events]
    assert columns["recv_ns"] == [time * 10**6 for time in milliseconds]


def test_itch_messages_are_received_at_their_own_times(tmp_path: Path) -> None:
    midnight_ns = 1_577_682_000_000_000_000
    options = ImportOptions(midnight_ns)
    import_feed(recording("itch50-aapl-10k.bin"), tmp_path / "a.feed", options=options)
    columns = columns_of(tmp_path / "a.feed")
    assert columns["recv_ns"][0] == midnight_ns + 11_234_909_934_345
    assert columns["recv_ns"] == sorted(columns["recv_ns"])
    assert all(len(it) == MESSAGE_BYTES[chr(it[0])] for it in columns["payload"])


def test_fix_messages_keep_their_bytes(tmp_path: Path) -> None:
    source = recording("fix-cme-marketdata-200.txt")
    import_feed(source, tmp_path / "a.feed")
    columns = columns_of(tmp_path / "a.feed")
    assert b"\n".join(columns["payload"]) + b"\n" == source.read_bytes()
    # Tag 52 of the first message: 2013-07-14 18:02:12.729.
    assert columns["recv_ns"][0] == 1_373_824_932_729_000_000


@pytest.mark.parametrize(
    ("name", "lines"),
    [("COINBASE.jsonl.zst", 1_038), ("KRAKEN.jsonl.zst", 4_438), ("HUOBI_SWAP.jsonl.zst", 2_950)],
)
@pytest.mark.parametrize("http", [False, True])
def test_messages_and_counts_of_a_capture_log_are_its_lines(
    tmp_path: Path, name: str, lines: int, http: bool
) -> None:
    options = ImportOptions(http=http)
    imported = import_recording(recording(name), tmp_path / "a.feed", options=options)
    assert imported.feed.messages + sum(imported.counts.values()) == lines
    assert ("http lines" in imported.counts) is not http
    assert "gaps (connected again)" not in imported.counts


@pytest.mark.parametrize("name", ["COINBASE", "KRAKEN", "HUOBI_SWAP"])
def test_capture_logs_keep_their_times_connections_and_frames(tmp_path: Path, name: str) -> None:
    source = recording(f"{name}.jsonl.zst")
    import_feed(source, tmp_path / "a.feed")
    with source.open("rb") as file:
        log = zstandard.ZstdDecompressor().stream_reader(file).read()
    # Decimals, since a float has too few digits for a nanosecond.
    lines = [json.loads(line, parse_float=Decimal) for line in log.splitlines()]
    received = [line for line in lines if line["t"] == "recv"]
    columns = columns_of(tmp_path / "a.feed")
    assert columns["recv_ns"] == [int(line["ts"] * 10**9) for line in received]
    assert columns["channel"] == [line["conn"] for line in received]
    assert columns["payload"] == [
        line["data"].encode() if "data" in line else gzip.decompress(b64decode(line["b64"]))
        for line in received
    ]
    for frame in columns["payload"]:
        json.loads(frame)


def test_the_lengths_and_checksums_of_a_fix_recording_are_right(tmp_path: Path) -> None:
    options = ImportOptions(check=True)
    source = recording("fix-cme-marketdata-200.txt")
    assert import_feed(source, tmp_path / "a.feed", options=options).messages == 200


@pytest.mark.parametrize("separator", [b"|", b"^A"])
def test_a_derived_log_of_fix_messages_gives_the_same_messages(
    tmp_path: Path, separator: bytes
) -> None:
    messages = recording("fix-cme-marketdata-200.txt").read_bytes().splitlines()
    log = b"".join(
        b"2024-01-02T15:00:%02d.%06dZ IN  [session] %b\n"
        % (number // 60, number, message.replace(b"\x01", separator))
        for number, message in enumerate(messages)
    )
    (tmp_path / "source").write_bytes(log)
    import_feed(tmp_path / "source", tmp_path / "a.feed", options=ImportOptions(check=True))
    columns = columns_of(tmp_path / "a.feed")
    assert columns["payload"] == messages
    assert columns["recv_ns"][:2] == [1_704_207_600_000_000_000, 1_704_207_600_000_001_000]


def test_records_of_a_dbn_file_are_those_that_databento_reads(tmp_path: Path) -> None:
    source = recording("cme-esh4-mbo-20231225.dbn.zst")
    import_feed(source, tmp_path / "a.feed")
    with source.open("rb") as file:
        content = zstandard.ZstdDecompressor().stream_reader(file).read()
    as_is: Any = databento_dbn.VersionUpgradePolicy.AS_IS  # the package's stub has an int
    decoder = databento_dbn.DBNDecoder(upgrade_policy=as_is)
    decoder.write(content)
    records = [it for it in decoder.decode() if isinstance(it, databento_dbn.MBOMsg)]
    columns = columns_of(tmp_path / "a.feed")
    assert columns["recv_ns"] == [record.ts_recv for record in records]
    assert columns["payload"] == [bytes(record) for record in records]
    assert set(columns["channel"]) == {"ESH4"}
