"""FIX logs: what stands around messages, and what stands in them."""

import pytest

from latprobe.errors import FeedError
from latprobe.feed.importers.fix import FIX
from latprobe.feed.importers.importer import ImportOptions
from tests.feeds import HEARTBEAT
from tests.importing import cut, read

HEARTBEAT_NS = 1_704_207_600_250_000_000
"""Its sending time."""
LOGGED_NS = 1_704_190_332_123_456_000
"""2024-01-02 10:12:12.123456 UTC."""


def message(body: bytes, separator: bytes = b"\x01") -> bytes:
    """A FIX message with the right length and checksum; `body` has SOH after each field."""
    whole = b"8=FIX.4.4\x019=%d\x01%b" % (len(body), body)
    return (whole + b"10=%03d\x01" % (sum(whole) % 256)).replace(b"\x01", separator)


NEWS = b"35=B\x0134=1\x0152=20240102-15:00:00.250\x01"
RAW = NEWS + b"95=22\x0196=\x0110=999\x018=FIX.4.4\n|^A\x01\x0158=after\x01"
"""A message whose data looks like the end of it, another message, and a line end."""


@pytest.mark.parametrize(
    "prefix",
    [
        b"20240102-10:12:12.123456: ",
        b"20240102-10:12:12.123456 : ",
        b"2024-01-02 10:12:12,123456 INFO  [session-1] sending ",
        b"2024-01-02T10:12:12.123456Z ",
        b"[2024-01-02T11:12:12.123456+01:00] <- ",
        b"<20240102-10:12:12.123456, FIX.4.4:A->B, incoming> (",
        b"1704190332123456 ",
        b"1704190332.123456: ",
        b"thread 1234 | 1704190332123456000 | ",
    ],
)
def test_the_time_before_a_message_is_its_receive_time(prefix: bytes) -> None:
    got = read(FIX, prefix + HEARTBEAT + b"\n" + HEARTBEAT + b"\n")
    assert got.payloads == [HEARTBEAT, HEARTBEAT]
    assert got.recv_ns == [LOGGED_NS, HEARTBEAT_NS]
    assert got.places == [len(prefix), len(prefix) + len(HEARTBEAT) + 1]


@pytest.mark.parametrize(
    "prefix",
    [b"IN ", b"10:12:12.123 ", b"2024-13-02 10:12:12 ", b"seq 123456789 ", b"id-1704190332123 "],
)
def test_what_is_no_time_leaves_the_sending_time(prefix: bytes) -> None:
    assert read(FIX, prefix + HEARTBEAT).recv_ns == [HEARTBEAT_NS]


def test_many_messages_of_a_line_share_its_time() -> None:
    got = read(FIX, b"1704190332123456 " + HEARTBEAT * 3 + b"\n" + HEARTBEAT * 2)
    assert got.payloads == [HEARTBEAT] * 5
    assert got.recv_ns == [LOGGED_NS] * 3 + [HEARTBEAT_NS] * 2


@pytest.mark.parametrize("after", [b")", b'"', b'"},', b" )\r"])
def test_marks_around_a_message_are_passed_over(after: bytes) -> None:
    for one in (HEARTBEAT, HEARTBEAT[:-1]):
        got = read(FIX, b"(" + one + after + b"\n" + HEARTBEAT)
        assert got.payloads == [one, HEARTBEAT]


@pytest.mark.parametrize("separator", [b"|", b"^A"])
def test_other_separators_become_soh(separator: bytes) -> None:
    log = HEARTBEAT.replace(b"\x01", separator)
    without_last = log.removesuffix(separator)
    got = read(FIX, b"in: " + log + b"\n" + log + log + b"\n" + without_last + b"\n")
    assert got.payloads == [HEARTBEAT] * 3 + [HEARTBEAT[:-1]]


@pytest.mark.parametrize("between", [b"", b"\n", b"\r\n\r\n"])
def test_data_fields_may_contain_anything(between: bytes) -> None:
    one = message(RAW)
    log = one + between + HEARTBEAT + between + one
    assert read(FIX, log, ImportOptions(check=True)).payloads == [one, HEARTBEAT, one]


def test_data_fields_keep_the_separators_of_a_log() -> None:
    xml = NEWS + b"212=9\x01213=<a|^A|\n/>\x01"
    xml = xml.replace(b"212=9", b"212=%d" % len(b"<a|^A|\n/>"))
    for separator in (b"|", b"^A"):
        log = xml.replace(b"\x01", separator)
        log = b"8=FIX.4.4%b9=%d%b" % (separator, len(xml), separator) + log + b"10=000" + separator
        (payload,) = read(FIX, log).payloads
        assert payload == b"8=FIX.4.4\x019=%d\x01%b10=000\x01" % (len(xml), xml)


@pytest.mark.parametrize("length", [b"20", b"21", b"23", b"999", b"99999999"])
def test_a_data_field_of_another_length_is_refused(length: bytes) -> None:
    one = message(RAW.replace(b"95=22", b"95=" + length))
    with pytest.raises(FeedError) as caught:
        read(FIX, HEARTBEAT + one + HEARTBEAT)
    assert caught.value.offset == len(HEARTBEAT)
    assert "expected one FIX message" in caught.value.problem


@pytest.mark.parametrize("length", [b"3", b"20", b"23", b"17000000"])
def test_a_data_field_that_no_separator_follows_says_so(length: bytes) -> None:
    with pytest.raises(FeedError, match="its data fields as long as they say"):
        read(FIX, message(RAW.replace(b"95=22", b"95=" + length)))


@pytest.mark.parametrize("length", [b"", b"x", b"-1", b"1234567890"])
def test_a_length_that_is_none_leaves_the_data_as_any_field(length: bytes) -> None:
    one = message(NEWS + b"95=%b\x0196=abc\x01" % length)
    assert read(FIX, one + HEARTBEAT).payloads == [one, HEARTBEAT]


def test_lengths_and_checksums_are_the_targets_to_check_unless_asked_for() -> None:
    bad_sum = message(NEWS)[:-4] + b"000\x01"
    bad_length = message(NEWS).replace(b"\x019=", b"\x019=1")
    log = HEARTBEAT + b"\n" + bad_sum + b"\n" + bad_length
    assert len(read(FIX, log).payloads) == 3
    assert message(NEWS)[-4:] != b"000\x01"
    with pytest.raises(FeedError, match="expected a body length"):
        read(FIX, bad_length, ImportOptions(check=True))
    with pytest.raises(FeedError, match=r"expected a checksum \(tag 10\).*; found 000"):
        read(FIX, bad_sum, ImportOptions(check=True))
    got = read(FIX, message(NEWS) + b"\n" + bad_sum, ImportOptions(check=True), quarantined=True)
    assert got.payloads == [message(NEWS)]
    assert [it.content for it in got.aside] == [bad_sum]


def test_bad_lines_are_set_aside_and_the_next_are_read() -> None:
    bad = [b"logged on\n", HEARTBEAT[:-8] + b"\n", b"8=FIX.4.4\n", b"\xff\xfe\n"]
    got = read(FIX, HEARTBEAT + b"\n" + HEARTBEAT.join(bad) + HEARTBEAT, quarantined=True)
    assert len(got.payloads) == 5
    assert [it.content for it in got.aside] == [line[:-1] for line in bad]


def test_a_message_without_an_end_is_set_aside_up_to_the_next_of_its_line() -> None:
    got = read(FIX, HEARTBEAT + HEARTBEAT[:-7] + HEARTBEAT * 2, quarantined=True)
    assert got.payloads == [HEARTBEAT] * 3
    assert [it.content for it in got.aside] == [HEARTBEAT[:-7]]


@pytest.mark.parametrize(
    "log",
    [b"8=FIX.4.4\x01" * 200_000, b"x8=FIX\n" * 200_000, b"8=FIX.4.4\x0195=1\x01\n" * 100_000],
)
def test_damage_everywhere_takes_no_longer_than_it_has_bytes(log: bytes) -> None:
    # Not a matter of speed: anything quadratic would take hours.
    got = read(FIX, HEARTBEAT + b"\n" + log, quarantined=True)
    assert len(got.aside) >= 100_000


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 1000])
def test_any_chunking_gives_the_same_messages(size: int) -> None:
    log = b"1704190332123456 " + HEARTBEAT * 2 + b")\n" + message(RAW) + HEARTBEAT[:-1]
    log += b"\r\nbad line\n" + HEARTBEAT[:-9] + b"\n" + message(RAW)
    whole = read(FIX, log, quarantined=True)
    assert len(whole.payloads) == 5
    assert read(FIX, cut(log, [size]), quarantined=True) == whole
