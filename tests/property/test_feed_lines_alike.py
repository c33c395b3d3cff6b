"""Lines that are all alike are read at once, and become what they become one at a time."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from latprobe.errors import FeedError
from latprobe.feed.importers.import_feed import import_recording
from latprobe.feed.importers.ndjson_alike import alike_block
from tests.feeds import columns_of

FIRST = b"1 {}\n"
SLOW = b"1.0 {}\n"
"""A line whose time has a fraction: what follows it in a chunk is read one line at a time."""

frames = st.sampled_from(
    [
        b"{}",
        b"[]",
        b'{"stream":"a"}',
        b'{"stream":"b","data":{"E":5}}',
        b'{"stream":7}',
        b'{"a":[{"b":"}"}]}',
        b'[1,{"stream":"c"}]',
        b'{"stream":"\\u00e9\xc3\xa9"}',
        b'{ "stream" : "d" }',
        b"{} ",
        b" {}",
        b"{}\r",
        b"{",
        b"{}}",
        b"{}{}",
        b'{"a":tru}',
        b'{"s":"\xff"}',
        b'{"stream":"\xff"}',
        b"[1,2",
        b"5",
        b"",
    ]
)
times = st.one_of(
    st.integers(0, 9).map(str),
    st.integers(10**9, 2 * 10**9).map(str),
    st.integers(10**18, 10**19 - 1).map(str),
    st.sampled_from(["99999999999", "100000000000", "9223372036854775807", "-1", "1x", "1.5", ""]),
).map(str.encode)
lines = st.one_of(st.builds(b"%b %b".__mod__, st.tuples(times, frames)), st.just(b""))


def imported(folder: Path, content: bytes) -> tuple[dict[str, list[Any]], int, str]:
    """The columns; or where it failed, and with what words."""
    (folder / "source").write_bytes(content)
    try:
        import_recording(
            folder / "source", folder / "out", format_name="ndjson", max_backwards_ns=2**64
        )
    except FeedError as error:
        return {}, error.offset or 0, error.problem
    return columns_of(folder / "out"), 0, ""


@given(st.lists(lines, max_size=8))
@example([b"5 {}", b"6 {}", b"7 []"])
@example([b"5 {}{}", b"6 {}"])
@example([b"5 {}{}", b"6 [[]", b"7 []]"])
@example([b"5 {}{}", b'6 {"a":"}', b'7 ["}'])
@example([b"1700000000000000000 {}", b"99999999999999999 {}"])
@settings(max_examples=400, deadline=None)
def test_lines_at_once_are_the_lines_one_at_a_time(some: list[bytes]) -> None:
    rest = b"\n".join(some)
    with tempfile.TemporaryDirectory() as name:
        columns, offset, problem = imported(Path(name), FIRST + rest)
        others, other_offset, other_problem = imported(Path(name), SLOW + rest)
    assert columns == others
    assert problem == other_problem
    assert offset == max(0, other_offset - (len(SLOW) - len(FIRST)))


def test_lines_that_are_alike_are_read_at_once() -> None:
    content = b'1700000000000000000 {"stream":"a"}\n1700000000000000001 []'
    block = alike_block(7, content)
    assert block is not None
    assert block.recv_ns.tolist() == [1_700_000_000_000_000_000, 1_700_000_000_000_000_001]
    assert block.messages().channels == ["a", "json"]
    assert block.messages().payloads == [b'{"stream":"a"}', b"[]"]
    assert block.messages().places == [7, 42]
    assert alike_block(0, SLOW + content) is None
