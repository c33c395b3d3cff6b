"""CSV tables into feeds."""

import base64
import contextlib
from pathlib import Path
from typing import IO, cast

import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from latprobe.errors import FeedError
from latprobe.feed.importers.import_feed import import_feed
from latprobe.feed.importers.importer import ImportOptions
from latprobe.feed.importers.table_csv import CSV
from tests.feeds import TRADE, columns_of
from tests.importing import cut, read

NS = 1_704_207_600_250_000_001
HEADER = b"recv_ns,payload\n"


def quoted(field: bytes) -> bytes:
    return b'"' + field.replace(b'"', b'""') + b'"'


def test_rows_are_messages() -> None:
    table = b"id,recv_ns,channel,payload\r\n1,%d,a,%b\r\n\r\n2,%d,,x\n3,%d,b," % (
        NS,
        quoted(TRADE),
        NS + 1,
        NS + 2,
    )
    got = read(CSV, table)
    assert got.payloads == [TRADE, b"x", b""]
    assert got.recv_ns == [NS, NS + 1, NS + 2]
    assert got.channels == ["a", "table", "b"]
    assert [table[place : place + 2] for place in got.places] == [b"1,", b"2,", b"3,"]


@pytest.mark.parametrize("separator", [b",", b"\t", b";", b"|"])
def test_separators_are_told_by_the_header(separator: bytes) -> None:
    table = separator.join([b"ts", b"payload", b"x"]) + b"\n"
    table += separator.join([b"1", quoted(b"a" + separator + b"b"), b"c"]) + b"\n"
    assert read(CSV, table).payloads == [b"a" + separator + b"b"]


def test_quoted_fields_may_have_line_ends() -> None:
    payloads = [b'{\n "a": "b",\n}\n', b"\r\n", b'"', b"\n\n\n", b"plain"]
    table = HEADER + b"".join(b"1,%b\n" % quoted(it) for it in payloads)
    assert read(CSV, table).payloads == payloads


def test_quotes_within_a_field_are_as_any_character() -> None:
    payloads = [b'{"a":"\\""}', b'5" of rain', b"{}", TRADE]
    table = b"ts\tdata\n" + b"".join(b"1\t%b\n" % it for it in payloads * 1000)
    for size in (10_000_000, 1000):
        assert read(CSV, cut(table, [size])).payloads == payloads * 1000


@pytest.mark.parametrize(
    ("time", "recv_ns"),
    [
        (b"1704207600250000001", NS),
        (b"1704207600250", 1_704_207_600_250_000_000),
        (b"1704207600", 1_704_207_600_000_000_000),
        (b"1704207600.250000001", NS),
        (b"2024-01-02T15:00:00.250000001Z", NS),
        (b"2024-01-02 15:00:00.250000001", NS),
        (b"2024-01-02 16:00:00.250000001+01:00", NS),
        (b"20240102-15:00:00.250000001", NS),
        (b'"1704207600250000001"', NS),
        (b"9223372036854775807", 2**63 - 1),
        (b"0", 0),
    ],
)
def test_times_are_exact_in_any_unit(time: bytes, recv_ns: int) -> None:
    assert read(CSV, HEADER + time + b",x\n").recv_ns == [recv_ns]
    both = read(CSV, HEADER + time + b",x\n2024-01-02T15:00:00Z,y\n").recv_ns
    assert both == [recv_ns, 1_704_207_600_000_000_000]


@pytest.mark.parametrize(
    "time", [b"", b"soon", b"-1", b"9223372036854775808", b"9" * 30, b"2024-02-30 00:00:00", b"+5"]
)
def test_a_row_without_a_time_is_refused_or_set_aside(time: bytes) -> None:
    table = HEADER + b"1,a\n" + time + b',"b,\n"\n2,c\n'
    with pytest.raises(FeedError, match=r"expected a time.* in column recv_ns") as caught:
        read(CSV, table)
    assert caught.value.offset == len(HEADER) + 4
    got = read(CSV, table, quarantined=True)
    assert (got.payloads, got.recv_ns) == ([b"a", b"c"], [10**9, 2 * 10**9])
    assert [(it.offset, it.content) for it in got.aside] == [(len(HEADER) + 4, b"b,\n")]


@pytest.mark.parametrize("bad", [b"7", b"7,8,9", b"7,8,", b'7,"8",9'])
def test_a_row_of_more_or_fewer_fields_is_refused_or_set_aside(bad: bytes) -> None:
    table = HEADER + b'1,"a\n\n"\n\n' + bad + b"\n2,c\n" + bad
    offset = table.index(bad)
    with pytest.raises(FeedError, match="expected 2 fields") as caught:
        read(CSV, table)
    assert caught.value.offset == offset
    got = read(CSV, table, quarantined=True)
    assert got.payloads == [b"a\n\n", b"c"]
    assert [(it.offset, it.content) for it in got.aside] == [
        (offset, bad),
        (offset + len(bad) + 5, bad),
    ]


def test_a_quote_that_is_not_closed_is_refused_or_set_aside() -> None:
    table = HEADER + b'1,a\n2,"b\n3,c\n'
    with pytest.raises(FeedError, match="expected a quoted field that ends") as caught:
        read(CSV, table)
    assert caught.value.offset == len(HEADER) + 4
    assert read(CSV, table, quarantined=True).payloads == [b"a"]


def test_a_row_without_an_end_is_refused_before_it_fills_memory() -> None:
    endless = [HEADER + b'1,a\n2,"', *[b"x" * 2**20] * 200]
    with pytest.raises(FeedError, match="expected a row of at most") as caught:
        read(CSV, endless)
    assert caught.value.offset == len(HEADER) + 4


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("base64", base64.b64encode(TRADE)),
        ("hex", TRADE.hex().encode()),
        ("hex", b"\\x" + TRADE.hex().upper().encode()),
        ("hex", b"0x" + TRADE.hex().encode()),
        ("raw", quoted(TRADE)),
    ],
)
def test_payloads_may_be_encoded(encoding: str, written: bytes) -> None:
    options = ImportOptions(payload_encoding=encoding)
    assert read(CSV, HEADER + b"1," + written + b"\n", options).payloads == [TRADE]


@pytest.mark.parametrize(("encoding", "bad"), [("base64", b"@@"), ("hex", b"abc"), ("hex", b"xy")])
def test_a_payload_that_is_not_encoded_so_is_refused(encoding: str, bad: bytes) -> None:
    with pytest.raises(FeedError, match=r"expected a payload in .* in column payload") as caught:
        read(CSV, HEADER + b"1,\n2," + bad, ImportOptions(payload_encoding=encoding))
    assert caught.value.offset == len(HEADER) + 3


def test_columns_are_named_or_found() -> None:
    table = b"Timestamp,ts_event,Message,payload2,Topic\n5,6,a,b,c\n"
    found = read(CSV, table)
    assert (found.recv_ns, found.payloads, found.channels) == ([5 * 10**9], [b"a"], ["c"])
    options = ImportOptions(
        time_column="ts_event", payload_column="PAYLOAD2", channel_column="Message"
    )
    named = read(CSV, table, options)
    assert (named.recv_ns, named.payloads, named.channels) == ([6 * 10**9], [b"b"], ["a"])


@pytest.mark.parametrize(
    ("header", "options", "problem"),
    [
        (b"a,b", {}, "expected a column of times"),
        (b"ts,b", {}, "expected a column of payloads"),
        (b"ts,payload,ts", {}, "2 columns are called 'ts'"),
        (b"ts,payload", {"time_column": "when"}, "--time-column when: the columns are ts, payload"),
        (b"ts,payload", {"channel_column": "x"}, "--channel-column x"),
    ],
)
def test_columns_that_are_not_there_are_refused(
    header: bytes, options: dict[str, str], problem: str
) -> None:
    with pytest.raises(FeedError) as caught:
        read(CSV, header + b"\n1,2,3\n", ImportOptions(**options))  # type: ignore[arg-type]
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    "table",
    [
        b"\xef\xbb\xbfts,payload\r\n1,2\n",
        b'"time";"data"\n1;2',
        b"Timestamp\traw\n1\t2\n",
        b"id|symbol|recv_ns|msg\n1|x|1|2\n",
    ],
)
def test_a_table_is_told_by_its_header(tmp_path: Path, table: bytes) -> None:
    (tmp_path / "source").write_bytes(table)
    feed = import_feed(tmp_path / "source", tmp_path / "a.feed")
    assert (feed.importer, feed.protocol) == ("csv 1", "raw")
    columns = columns_of(tmp_path / "a.feed")
    assert (columns["recv_ns"], columns["payload"]) == ([10**9], [b"2"])


@pytest.mark.parametrize("size", [1, 2, 7, 50, 1000])
def test_any_chunking_gives_the_same_messages(size: int) -> None:
    rows = [b'%d,"a""\n,b"\n' % NS, b"\n", b"7\n", b"soon,x\n", b"5,{}\r\n", b'6,"\n\n"\n', b"8,"]
    table = HEADER + b"".join(rows)
    whole = read(CSV, table, quarantined=True)
    assert whole.payloads == [b'a"\n,b', b"{}", b"\n\n", b""]
    assert len(whole.aside) == 2
    got = read(CSV, cut(table, [size]), quarantined=True)
    assert (got.payloads, got.recv_ns, got.places) == (whole.payloads, whole.recv_ns, whole.places)
    assert [it.offset for it in got.aside] == [it.offset for it in whole.aside]


@given(
    st.lists(st.sampled_from([b'"', b",", b"\n", b"\r", b"a", b'""', b"1,"]), max_size=40),
    st.lists(st.integers(1, 7), min_size=1, max_size=3),
)
@settings(max_examples=500, deadline=None)
@example([b'"', b"a", b'"', b'"', b"\n", b"1,"], [1])
def test_rows_are_those_that_arrow_reads(parts: list[bytes], sizes: list[int]) -> None:
    rows = b"1,first\n" + b"".join(parts)
    table = HEADER + rows
    whole = read(CSV, table, quarantined=True)
    assert read(CSV, cut(table, sizes), quarantined=True) == whole
    closed = not any("quoted field that ends" in it.problem for it in whole.aside)
    with contextlib.suppress(pa.ArrowInvalid):
        kinds = dict.fromkeys(["a", "b"], pa.large_binary())
        arrow = pa_csv.read_csv(
            cast("IO[bytes]", pa.BufferReader(rows)),
            pa_csv.ReadOptions(column_names=["a", "b"], use_threads=False),
            pa_csv.ParseOptions(newlines_in_values=True),
            pa_csv.ConvertOptions(column_types=kinds, strings_can_be_null=False, check_utf8=False),
        )
        if closed:
            assert arrow.num_rows == len(whole.payloads) + len(whole.aside)
