"""Lines of JSON frames into feeds."""

from pathlib import Path

import pytest

from latprobe.errors import FeedError
from latprobe.feed.importers.import_feed import import_feed
from tests.feeds import TRADE, columns_of, leftovers


def imported(folder: Path, content: bytes) -> dict[str, list[object]]:
    source = folder / "source.ndjson"
    source.write_bytes(content)
    import_feed(source, folder / "a.feed")
    return columns_of(folder / "a.feed")


def refused(folder: Path, content: bytes) -> FeedError:
    source = folder / "source.ndjson"
    source.write_bytes(content)
    with pytest.raises(FeedError) as caught:
        import_feed(source, folder / "a.feed", format_name="ndjson")
    assert [path.name for path in folder.iterdir()] == ["source.ndjson"]
    assert caught.value.source == str(source)
    return caught.value


def test_a_time_and_a_frame_become_a_message(tmp_path: Path) -> None:
    assert imported(tmp_path, b"1723161255088176367 " + TRADE + b"\n") == {
        "recv_ns": [1_723_161_255_088_176_367],
        "channel": ["btcusdt@trade"],
        "payload": [TRADE],
    }


def test_lines_may_end_as_they_like(tmp_path: Path) -> None:
    lines = b"1 {}\r\n\n   \n2\t{ }\n \t3   [1, 2]\r\n\r\n4 {}"
    columns = imported(tmp_path, lines)
    assert columns["payload"] == [b"{}", b"{ }", b"[1, 2]", b"{}"]
    assert columns["recv_ns"] == [1e9, 2e9, 3e9, 4e9]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    columns = imported(tmp_path, b"\xef\xbb\xbf1 {}\n2 {}\n")
    assert columns["recv_ns"] == [1e9, 2e9]


def test_frames_keep_their_bytes(tmp_path: Path) -> None:
    frame = '{ "stream" : "π\\u0041" , "x":[1.0e+5,"\\"]}"], "y":"ü" }'.encode()
    columns = imported(tmp_path, b"1 " + frame + b"\n")
    assert columns["payload"] == [frame]
    assert columns["channel"] == ["πA"]


@pytest.mark.parametrize(
    "frame", [b"{}", b"[1,2]", b'{"stream":5}', b'{"stream":null}', b'{"data":{"stream":"x"}}']
)
def test_a_frame_without_a_stream_is_of_the_channel_json(tmp_path: Path, frame: bytes) -> None:
    assert imported(tmp_path, b"1 " + frame)["channel"] == ["json"]


def test_bare_frames_are_received_at_their_event_time(tmp_path: Path) -> None:
    bare = b'{"e":"trade","E":1723161256999}'
    columns = imported(tmp_path, TRADE + b"\n" + bare + b"\n")
    assert columns["recv_ns"] == [1_723_161_256_322_000_000, 1_723_161_256_999_000_000]
    assert columns["payload"] == [TRADE, bare]


@pytest.mark.parametrize(
    ("event_time", "recv_ns"),
    [
        (b"1723161256", 1_723_161_256_000_000_000),
        (b"1723161256.25", 1_723_161_256_250_000_000),
        (b"1723161256000001", 1_723_161_256_000_001_000),
        (b'"1723161256322"', 1_723_161_256_322_000_000),
        (b"null", 0),
        (b"-5", 0),
        (b'"soon"', 0),
        (b"{}", 0),
    ],
)
def test_event_times_have_any_unit(tmp_path: Path, event_time: bytes, recv_ns: int) -> None:
    assert imported(tmp_path, b'{"E":' + event_time + b"}")["recv_ns"] == [recv_ns]


def test_bare_frames_without_a_time_are_numbered(tmp_path: Path) -> None:
    assert imported(tmp_path, b'{}\n[1]\n{"x":1}\n')["recv_ns"] == [0, 1, 2]


def test_a_frame_without_a_time_comes_right_after_the_one_before(tmp_path: Path) -> None:
    columns = imported(tmp_path, b'{"E":1723161256322}\n{}\n{}\n{"E":1723161256323}\n')
    times = columns["recv_ns"]
    start = 1_723_161_256_322_000_000
    assert times == [start, start + 1, start + 2, start + 1_000_000]


def test_numbering_goes_on_over_the_chunks_of_a_large_source(tmp_path: Path) -> None:
    count = 400_000
    columns = imported(tmp_path, b"{}\n" * count)
    assert columns["recv_ns"] == list(range(count))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"{}", "expected `<time> <frame>`"),
        (b"12", "expected `<time> <frame>`"),
        (b"12 true", "expected `<time> <frame>`"),
        (b"12 'x'", "expected `<time> <frame>`"),
        (b"yesterday {}", "expected `<time> <frame>`"),
        (b"-1 {}", "expected `<time> <frame>`"),
        (b"9223372036854775808 {}", "expected `<time> <frame>`"),
        (b'12 {"a":1', "expected a whole JSON frame"),
        (b'12 {"a":1}}', "expected a whole JSON frame"),
        (b"12 [1,2", "expected a whole JSON frame"),
        (b'12 {"a":tru}', "expected a whole JSON frame"),
        (b'12 {"stream":"a"} {"stream":"b"}', "expected a whole JSON frame"),
        (b"12 {a:1}", "expected a whole JSON frame"),
        (b'12 {"stream":"\xff"}', "expected a whole JSON frame"),
        (b'12 {"stream":"\\ud800"}', "expected a whole JSON frame"),
    ],
)
def test_a_bad_line_is_refused_with_its_offset(tmp_path: Path, line: bytes, expected: str) -> None:
    before = b"10 {}\r\n\n11 [7]\n"
    error = refused(tmp_path, before + line + b"\n13 {}\n")
    assert error.offset == len(before)
    assert expected in error.problem


@pytest.mark.parametrize("line", [b"1 {}", b"x", b'"text"', b"5", b'{"a":1', b"[", b"{} {}"])
def test_a_bad_bare_line_is_refused_with_its_offset(tmp_path: Path, line: bytes) -> None:
    error = refused(tmp_path, b"{}\n \n[]\n" + line + b"\n")
    assert error.offset == len(b"{}\n \n[]\n")
    assert "expected a" in error.problem


def test_offsets_count_over_the_chunks_of_a_large_source(tmp_path: Path) -> None:
    before = b"1 {}\n" * 700_000
    assert refused(tmp_path, before + b"oops\n").offset == len(before)


def test_offsets_count_a_byte_order_mark(tmp_path: Path) -> None:
    assert refused(tmp_path, b"\xef\xbb\xbf1 {}\noops\n").offset == 8


def test_a_frame_that_is_cut_off_at_the_end_leaves_no_feed(tmp_path: Path) -> None:
    content = b"1 " + TRADE + b"\n2 " + TRADE
    error = refused(tmp_path, content[:-1])
    assert error.offset == len(TRADE) + 3


def test_a_line_without_an_end_is_refused_before_it_fills_memory(tmp_path: Path) -> None:
    error = refused(tmp_path, b"1 {}\n" + b" " * (17 * 2**20))
    assert error.offset == 5
    assert "expected a line of at most 16,777,216 bytes" in error.problem


def test_what_is_found_is_quoted_in_part(tmp_path: Path) -> None:
    assert "found '" + "x" * 40 + "'…" in refused(tmp_path, b"x" * 5000).problem


def test_deep_nesting_is_refused_not_a_crash(tmp_path: Path) -> None:
    assert "expected a whole JSON frame" in refused(tmp_path, b"1 " + b"[" * 200_000).problem


def test_no_half_written_feed_stays(tmp_path: Path) -> None:
    refused(tmp_path, b"1 {}\noops\n")
    assert leftovers(tmp_path) == []
