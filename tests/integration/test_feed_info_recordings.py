"""What real recordings say of themselves."""

from pathlib import Path

import pytest

from latprobe.feed.change.fault import fault_feed
from latprobe.feed.change.fault_plan import FAULT_KINDS, FaultPlan, parse_fault
from latprobe.feed.change.slice import Selection, slice_feed
from latprobe.feed.importers.import_feed import import_feed
from latprobe.feed.info import FeedInfo, feed_info
from tests.changed_feeds import read_faults, read_feed, with_faults, without_faults
from tests.feeds import recording


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recordings")


def imported(folder: Path, name: str) -> Path:
    source, out = recording(name), folder / f"{name}.feed"
    if not out.exists():
        import_feed(source, out)
    return out


def described(folder: Path, name: str) -> FeedInfo:
    return feed_info(imported(folder, name))


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        (
            "binance-usdm-btcusdt-20240808.ndjson.gz",
            {"bookTicker": 66_089, "trade": 21_313, "depthUpdate": 6_551, "unknown": 1},
        ),
        (
            "binance-usdm-btcusdt-20230405.ndjson.gz",
            {"bookTicker": 37_440, "depthUpdate": 11_788, "trade": 10_738, "markPriceUpdate": 415},
        ),
        (
            "binance-spot-btcusdt-20240809.ndjson.gz",
            {"bookTicker": 45_134, "trade": 10_147, "depthUpdate": 3_044},
        ),
        (
            "cme-esh4-mbo-20231225.dbn.zst",
            {
                "A add": 29_216,
                "C cancel": 17_999,
                "M modify": 12_233,
                "F fill": 6_371,
                "T trade": 2_973,
            },
        ),
        (
            "COINBASE.jsonl.zst",
            {
                "l2_data": 775,
                "ticker": 160,
                "market_trades": 59,
                "heartbeats": 25,
                "candles": 6,
                "subscriptions": 5,
            },
        ),
        (
            "fix-cme-marketdata-200.txt",
            {"X market data incremental": 196, "f security status": 4},
        ),
    ],
)
def test_each_recording_has_its_kinds(folder: Path, name: str, kinds: dict[str, int]) -> None:
    info = described(folder, name)
    assert info.kinds is not None
    assert {it.name: it.messages for it in info.kinds} == kinds


@pytest.mark.parametrize(
    "name",
    [
        "binance-usdm-btcusdt-20240808.ndjson.gz",
        "binance-usdm-btcusdt-20230405.ndjson.gz",
        "binance-spot-btcusdt-20240809.ndjson.gz",
    ],
)
def test_recordings_of_a_venue_lack_no_number(folder: Path, name: str) -> None:
    sequence = described(folder, name).sequence
    assert sequence is not None
    assert {(it.series, it.gapless) for it in sequence.series} == {
        ("BTCUSDT bookTicker", False),
        ("BTCUSDT trade", True),
        ("BTCUSDT depthUpdate", True),
    }
    found = (sequence.gaps, sequence.duplicates, sequence.out_of_order, sequence.overlaps)
    assert found == (0, 0, 0, 0)


def test_messages_of_a_connection_lack_no_number(folder: Path) -> None:
    sequence = described(folder, "COINBASE.jsonl.zst").sequence
    assert sequence is not None
    (series,) = sequence.series
    assert (series.series, series.messages) == ("sequence_num", 1_030)
    assert (series.gaps, series.duplicates, series.out_of_order) == (0, 0, 0)


def test_records_of_a_snapshot_have_no_place_in_the_order_of_the_others(folder: Path) -> None:
    info = described(folder, "cme-esh4-mbo-20231225.dbn.zst")
    assert info.sequence is not None
    assert info.lag is not None
    assert info.sequence.messages == info.lag.spread.count == 60_067
    assert (info.sequence.out_of_order, info.lag.negative, info.wrong_length) == (0, 0, 0)


def test_a_clock_that_is_behind_is_told(folder: Path) -> None:
    """Its README says that the local clock was about 1.3 s behind the exchange's."""
    lag = described(folder, "binance-usdm-btcusdt-20240808.ndjson.gz").lag
    assert lag is not None
    assert lag.negative == lag.spread.count == 93_954
    assert -1.3e9 < lag.spread.at(0.5) < -1.2e9


def test_every_itch_message_is_of_its_length_and_received_at_its_time(folder: Path) -> None:
    info = described(folder, "itch50-aapl-10k.bin")
    assert info.wrong_length == 0
    assert info.lag is not None
    assert (info.lag.spread.least, info.lag.spread.most) == (0, 0)


def test_every_fix_message_has_its_length_and_checksum(folder: Path) -> None:
    info = described(folder, "fix-cme-marketdata-200.txt")
    assert (info.wrong_length, info.wrong_checksum) == (0, 0)


def test_trades_that_are_left_out_are_missed_by_number(folder: Path, tmp_path: Path) -> None:
    path = imported(folder, "binance-spot-btcusdt-20240809.ndjson.gz")
    slice_feed(path, tmp_path / "trades", Selection(kinds=("trade",)))
    plan = FaultPlan({"gap": parse_fault(FAULT_KINDS[0], "2%")})
    done = fault_feed(tmp_path / "trades", tmp_path / "out", plan, 1)
    sequence = feed_info(tmp_path / "out").sequence
    assert sequence is not None
    # One at either end of the feed would not be missed.
    assert done.made["gap"] - sequence.missing in (0, 1, 2)


def test_a_broken_recording_is_mended_by_its_list(folder: Path, tmp_path: Path) -> None:
    path = imported(folder, "binance-spot-btcusdt-20240809.ndjson.gz")
    slice_feed(path, tmp_path / "in", Selection(count=8_000))
    names = ("gap", "duplicate", "reorder", "truncate", "flip", "oversize", "stale")
    plan = FaultPlan({it.name: parse_fault(it, "1%") for it in FAULT_KINDS if it.name in names})
    done = fault_feed(tmp_path / "in", tmp_path / "out", plan, 1)
    sent, received = read_feed(tmp_path / "in"), read_feed(tmp_path / "out")
    _, faults, _ = read_faults(done.faults)
    assert with_faults(sent, faults) == received
    assert without_faults(received, faults) == sent
