"""Receive times that run backwards: a little is kept and counted, more is a bad message."""

from pathlib import Path

import pyarrow as pa
import pytest

from latprobe.errors import FeedError
from latprobe.feed.importers.import_feed import import_recording
from latprobe.feed.importers.imported import Imported
from latprobe.feed.importers.importer import ImportOptions
from tests.feeds import (
    HEARTBEAT,
    ORDER_DELETE,
    SYSTEM_EVENT,
    columns_of,
    length_prefixed,
    write_table,
)

SECOND = 10**9


def timed(*seconds: float) -> bytes:
    return b"".join(b"%d {}\n" % (1_700_000_000 * SECOND + round(it * SECOND)) for it in seconds)


def imported(
    folder: Path, content: bytes, max_backwards_ns: int | None = None, aside: bool = False
) -> Imported:
    (folder / "source").write_bytes(content)
    return import_recording(
        folder / "source",
        folder / "a.feed",
        options=ImportOptions(),
        quarantine=folder / "bad" if aside else None,
        max_backwards_ns=max_backwards_ns,
    )


def kept(folder: Path) -> list[float]:
    return [time / SECOND - 1_700_000_000 for time in columns_of(folder / "a.feed")["recv_ns"]]


def test_a_little_disorder_is_kept_and_counted(tmp_path: Path) -> None:
    found = imported(tmp_path, timed(10, 9.5, 9.5, 11, 10))
    assert kept(tmp_path) == [10, 9.5, 9.5, 11, 10]
    assert (found.out_of_order, found.farthest_back_ns) == (2, SECOND)


def test_a_time_that_falls_further_back_is_refused_with_its_place(tmp_path: Path) -> None:
    content = timed(10, 11, 9.75, 12)
    with pytest.raises(FeedError) as caught:
        imported(tmp_path, content)
    assert caught.value.offset == content.index(b"\n", 25) + 1
    assert "found 2023-11-14 22:13:29.750000000 UTC after" in caught.value.problem
    assert "2023-11-14 22:13:31.000000000 UTC, which is 1.25 s back" in caught.value.problem
    assert "message 3" in caught.value.problem
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_with_a_quarantine_it_is_set_aside_and_what_follows_is_not(tmp_path: Path) -> None:
    # The clock is set back by an hour: one message is bad, and not all that come after.
    found = imported(tmp_path, timed(5000, 5001, 1400, 1401, 1402), aside=True)
    assert kept(tmp_path) == [5000, 5001, 1401, 1402]
    assert found.set_aside is not None
    assert list(found.set_aside.problems) == [
        "expected a receive time at most 1.00 s before that of the message before"
    ]
    assert found.out_of_order == 0


def test_one_wrong_time_in_the_future_costs_one_message(tmp_path: Path) -> None:
    imported(tmp_path, timed(10, 11, 900_000, 12, 13), aside=True)
    assert kept(tmp_path) == [10, 11, 900_000, 13]


@pytest.mark.parametrize(("limit", "good"), [(0, False), (249_999_999, False), (250_000_000, True)])
def test_how_far_a_time_may_fall_back_is_the_users_to_say(
    tmp_path: Path, limit: int, good: bool
) -> None:
    content = timed(10, 9.75)
    if good:
        assert imported(tmp_path, content, limit).feed.messages == 2
    else:
        with pytest.raises(FeedError, match="which is 250 ms back"):
            imported(tmp_path, content, limit)


def test_disorder_is_seen_across_the_chunks_of_a_large_source(tmp_path: Path) -> None:
    count = 200_000
    content = timed(*range(count)) + timed(count - 2.5)
    with pytest.raises(FeedError) as caught:
        imported(tmp_path, content)
    assert caught.value.offset == content.rindex(b"\n", 0, -1) + 1


def test_itch_times_are_held_against_each_other(tmp_path: Path) -> None:
    late = ORDER_DELETE[:5] + (3_700_000_000_000).to_bytes(6, "big") + ORDER_DELETE[11:]
    content = length_prefixed(SYSTEM_EVENT, ORDER_DELETE, late, SYSTEM_EVENT)
    with pytest.raises(FeedError, match="100 s back") as caught:
        imported(tmp_path, content)
    assert caught.value.offset == 14 + 21 + 21


def test_sending_times_of_many_senders_may_be_in_any_order(tmp_path: Path) -> None:
    earlier = HEARTBEAT.replace(b"15:00:00", b"09:30:00")
    content = HEARTBEAT + b"\n" + earlier
    assert imported(tmp_path, content).out_of_order == 1
    with pytest.raises(FeedError, match="which is 19800 s back"):
        imported(tmp_path, content, SECOND)


def test_an_arrow_table_is_held_to_a_limit_only_where_there_is_one(tmp_path: Path) -> None:
    times = [9 * SECOND, 1 * SECOND, 2 * SECOND]
    table = pa.table({"recv_ns": times, "channel": ["c"] * 3, "payload": [b"x"] * 3})
    write_table(tmp_path / "table", table)
    content = (tmp_path / "table").read_bytes()
    assert imported(tmp_path, content).out_of_order == 1
    with pytest.raises(FeedError, match="in message 2"):
        imported(tmp_path, content, SECOND)
    assert imported(tmp_path, content, SECOND, aside=True).feed.messages == 2


def test_times_at_both_ends_of_int64_are_no_matter_for_the_arithmetic(tmp_path: Path) -> None:
    table = pa.table(
        {"recv_ns": [2**63 - 1, -(2**63), 2**63 - 1], "channel": ["c"] * 3, "payload": [b"x"] * 3}
    )
    write_table(tmp_path / "table", table)
    found = imported(tmp_path, (tmp_path / "table").read_bytes())
    assert (found.out_of_order, found.farthest_back_ns) == (1, 2**64 - 1)
