"""Times as recordings write them."""

from datetime import datetime, timedelta, timezone

import pytest

from latprobe.feed.importers.times import (
    midnight_from_text,
    nanoseconds_from_datetime,
    nanoseconds_from_text,
)


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        (b"1723161600", 1_723_161_600_000_000_000),
        (b"1723161600123", 1_723_161_600_123_000_000),
        (b"1723161600123456", 1_723_161_600_123_456_000),
        (b"1723161600123456789", 1_723_161_600_123_456_789),
        (b"1723161600.123456789", 1_723_161_600_123_456_789),
        (b"1723161600.5", 1_723_161_600_500_000_000),
        (b"1723161600.000000001", 1_723_161_600_000_000_001),
        (b"1723161600123.25", 1_723_161_600_123_250_000),
        (b"1723161600123456.75", 1_723_161_600_123_456_750),
        (b"1723161600123456789.9", 1_723_161_600_123_456_789),
        (b"1723161600.1234567899", 1_723_161_600_123_456_789),
        (b"0", 0),
        (b"0.25", 250_000_000),
        (b"9223372036", 9_223_372_036_000_000_000),
        (b"100000000000", 100_000_000_000_000_000),
        (b"100000000000000", 100_000_000_000_000_000),
        (b"100000000000000000", 100_000_000_000_000_000),
        (b"9223372036854775807", 9_223_372_036_854_775_807),
    ],
)
def test_units_are_told_apart_by_magnitude(text: bytes, nanoseconds: int) -> None:
    assert nanoseconds_from_text(text) == nanoseconds


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"-1",
        b"+1",
        b"1_000",
        b"1e9",
        b"1.",
        b".5",
        b"1.5.5",
        b" 1",
        b"0x10",
        "١٢٣".encode(),
        b"9223372036854775808",
        b"99999999999",
        b"9" * 400,
    ],
)
def test_what_is_no_time_in_64_bits_is_not_taken_for_one(text: bytes) -> None:
    assert nanoseconds_from_text(text) is None


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1970-01-01", 0),
        ("2019-12-30", 1_577_664_000_000_000_000),
        ("2019-12-30T00:00-05:00", 1_577_682_000_000_000_000),
        ("2019-12-30T00:00", 1_577_664_000_000_000_000),
    ],
)
def test_a_midnight_is_a_date_with_or_without_an_offset(text: str, nanoseconds: int) -> None:
    assert midnight_from_text(text) == nanoseconds


@pytest.mark.parametrize("text", ["", "today", "30.12.2019", "2019-02-30"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        midnight_from_text(text)


def test_a_moment_keeps_its_microseconds_and_its_zone() -> None:
    moment = datetime(2024, 1, 2, 3, 0, 0, 123_457, tzinfo=timezone(timedelta(hours=3)))
    assert nanoseconds_from_datetime(moment) == 1_704_153_600_123_457_000
