"""DBN files into feeds."""

import datetime
from pathlib import Path
from types import SimpleNamespace

import databento_dbn as dbn
import numpy as np
import pytest
import zstandard

from latprobe.errors import FeedError
from latprobe.feed.importers.dbn import DBN
from latprobe.feed.importers.dbn_records import MAPPED_SYMBOL, RECORDS
from latprobe.feed.importers.import_feed import import_feed
from tests.dbn_files import EVENT_NS, RECEIVED_NS, mbo, metadata, record
from tests.importing import cut, read

CLASSES = {
    0: "TradeMsg",
    1: "MBP1Msg",
    10: "MBP10Msg",
    17: "OHLCVMsg",
    18: "StatusMsg",
    19: "InstrumentDefMsg",
    20: "ImbalanceMsg",
    21: "ErrorMsg",
    22: "SymbolMappingMsg",
    23: "SystemMsg",
    24: "StatMsg",
    32: "OHLCVMsg",
    33: "OHLCVMsg",
    34: "OHLCVMsg",
    35: "OHLCVMsg",
    36: "OHLCVMsg",
    160: "MBOMsg",
    177: "CMBP1Msg",
    192: "CBBO1SMsg",
    193: "CBBO1MMsg",
    194: "TCBBOMsg",
    195: "BBO1SMsg",
    196: "BBO1MMsg",
    197: "TBBOMsg",
}
"""What the package calls each type of record."""

DAY = datetime.date(2024, 1, 2)


def mapping(symbol: str, *spans: tuple[datetime.date, datetime.date, str]) -> SimpleNamespace:
    intervals = [
        SimpleNamespace(start_date=start, end_date=stop, symbol=name) for start, stop, name in spans
    ]
    return SimpleNamespace(raw_symbol=symbol, intervals=intervals)


def every_record(version: int, more: int = 0) -> list[bytes]:
    return [
        record(kind, layout.sizes[version - 1] + more, receive_time_at=layout.receive_time_at)
        for kind, layout in RECORDS.items()
    ]


def test_every_record_type_of_the_package_is_known() -> None:
    assert {it.value for it in dbn.RType.variants()} == RECORDS.keys() == CLASSES.keys()


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("kind", RECORDS)
def test_records_are_laid_out_as_the_package_has_them(version: int, kind: int) -> None:
    layout = np.dtype(getattr(getattr(dbn, f"v{version}"), CLASSES[kind])._dtypes)
    assert layout.fields is not None
    assert RECORDS[kind].sizes[version - 1] == layout.itemsize
    time = "ts_recv" if "ts_recv" in layout.fields else "ts_event"
    assert RECORDS[kind].receive_time_at == layout.fields[time][1]
    if CLASSES[kind] == "SymbolMappingMsg":
        symbol = layout.fields["stype_out_symbol"]
        assert MAPPED_SYMBOL[version - 1] == (symbol[1], symbol[0].itemsize)


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("ts_out", [False, True])
def test_records_of_every_type_are_messages_as_they_stand(version: int, ts_out: bool) -> None:
    records = every_record(version, 8 if ts_out else 0)
    head = metadata(version, ts_out=ts_out)
    got = read(DBN, head + b"".join(records))
    assert got.payloads == records
    times = [RECEIVED_NS if it.receive_time_at != 8 else EVENT_NS for it in RECORDS.values()]
    assert got.recv_ns == times
    assert got.places[:2] == [len(head), len(head) + len(records[0])]


def test_an_undefined_receive_time_gives_way_to_the_event_time() -> None:
    assert read(DBN, metadata(3) + mbo(received_ns=2**64 - 1)).recv_ns == [EVENT_NS]


def test_the_protocol_is_the_schema(tmp_path: Path) -> None:
    for schema, protocol in [("mbp-1", "dbn-mbp-1"), (None, "dbn")]:
        content = zstandard.compress(metadata(2, schema=schema) + mbo())
        (tmp_path / "source").write_bytes(content)
        assert import_feed(tmp_path / "source", tmp_path / "a.feed").protocol == protocol


def test_a_symbol_holds_from_day_to_day() -> None:
    days = [DAY + datetime.timedelta(days=number) for number in range(-1, 3)]
    mappings = [
        mapping("ESZ3", (days[0], days[1], "17077")),
        mapping("ESH4", (days[1], days[2], "17077"), (days[2], days[3], "9")),
    ]
    nanoseconds = [EVENT_NS + number * 86_400 * 10**9 for number in (-2, -1, 0, 1)]
    records = [mbo(received_ns=it, instrument=id_) for it in nanoseconds for id_ in (17077, 9)]
    channels = read(DBN, metadata(3, mappings=mappings) + b"".join(records)).channels
    assert channels[::2] == ["1/17077", "ESZ3", "ESH4", "1/17077"]
    assert channels[1::2] == ["1/9", "1/9", "1/9", "ESH4"]


def test_symbols_are_found_from_instruments_as_well() -> None:
    head = metadata(
        1,
        mappings=[mapping("17077", (DAY, DAY + datetime.timedelta(days=1), "ESH4"))],
        stype_in="instrument_id",
        stype_out="raw_symbol",
    )
    assert read(DBN, head + mbo() + mbo(instrument=5)).channels == ["ESH4", "1/5"]


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_live_session_maps_symbols_as_it_goes(version: int) -> None:
    at, _ = MAPPED_SYMBOL[version - 1]
    mapped = bytearray(record(22, RECORDS[22].sizes[version - 1]))
    mapped[at : at + 4] = b"ESH4"
    content = metadata(version) + mbo() + bytes(mapped) + mbo() + mbo(instrument=5) + mbo()
    got = read(DBN, content)
    assert got.channels == ["1/17077", "ESH4", "ESH4", "1/5", "ESH4"]


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (record(161, 56), "expected a record type that DBN has; found 161"),
        (record(160, 60), "expected 56 bytes of a record of type 160; found 60"),
        (record(255, 16), "expected a record type that DBN has; found 255"),
        (mbo(received_ns=2**63), "expected a record with a time"),
        (mbo(received_ns=2**64 - 1, event_ns=2**64 - 1), "expected a record with a time"),
    ],
)
def test_a_bad_record_is_refused_or_set_aside(bad: bytes, expected: str) -> None:
    content = metadata(1) + mbo() * 2 + bad + mbo()
    offset = len(metadata(1)) + 112
    with pytest.raises(FeedError) as caught:
        read(DBN, content)
    assert (caught.value.offset, expected in caught.value.problem) == (offset, True)
    got = read(DBN, content, quarantined=True)
    assert got.payloads == [mbo()] * 3
    assert got.places == [offset - 112, offset - 56, offset + len(bad)]
    assert [(it.offset, it.content) for it in got.aside] == [(offset, bad)]


@pytest.mark.parametrize("length", [0, 1, 3])
def test_a_length_shorter_than_a_header_is_refused(length: int) -> None:
    content = metadata(1) + mbo() + bytes([length]) + bytes(60)
    with pytest.raises(FeedError, match="expected the length of a record") as caught:
        read(DBN, content, quarantined=True)
    assert caught.value.offset == len(metadata(1)) + 56


@pytest.mark.parametrize("kept", [1, 15, 55])
def test_a_file_that_ends_within_a_record_is_refused(kept: int) -> None:
    content = metadata(1) + mbo() + mbo()[:kept]
    with pytest.raises(FeedError, match=f"found the first {kept} bytes") as caught:
        read(DBN, content)
    assert caught.value.offset == len(metadata(1)) + 56


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"DBN", "begins with `DBN`"),
        (b"DBN\x04\x60\x00\x00\x00" + bytes(200), "version 1 to 3; found 4"),
        (b"DBN\x01\xff\xff\xff\xff" + bytes(200), "expected metadata of"),
        (b"DBN\x01\x10\x00\x00\x00" + bytes(200), "expected metadata of"),
        (metadata(1)[:50], "before the first record; found 50"),
    ],
)
def test_metadata_that_cannot_be_is_refused(head: bytes, expected: str) -> None:
    with pytest.raises(FeedError, match="byte") as caught:
        read(DBN, head)
    assert expected in caught.value.problem


@pytest.mark.parametrize("version", [1, 2, 3])
def test_counts_of_more_than_there_is_are_refused_before_memory_is_taken(version: int) -> None:
    days = (DAY, DAY + datetime.timedelta(days=1), "17077")
    head = metadata(version, mappings=[mapping("ESH4", days)])
    # The definition's length, three lists of symbols, the mappings, and the intervals of the first.
    size = 22 if version == 1 else 71
    places = [108, 112, 116 + size, 120 + size, 124 + size, 128 + 2 * size]
    for place in places:
        for count in (2**31, 2**32 - 1):
            hostile = head[:place] + count.to_bytes(4, "little") + head[place + 4 :]
            with pytest.raises(FeedError, match="expected a count") as caught:
                read(DBN, hostile + mbo())
            assert caught.value.offset == place


@pytest.mark.parametrize("size", [1, 7, 55, 56, 57, 1000])
def test_any_chunking_gives_the_same_messages(size: int) -> None:
    content = metadata(3) + b"".join(every_record(3)) + mbo() * 40 + record(161, 20) + mbo()
    whole = read(DBN, content, quarantined=True)
    assert len(whole.payloads) == len(RECORDS) + 41
    assert read(DBN, cut(content, [size]), quarantined=True) == whole
