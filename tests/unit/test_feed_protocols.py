"""What messages say of themselves, protocol by protocol."""

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latprobe.feed.messages import Block, PlainChannels
from latprobe.feed.protocols import PROTOCOLS, protocol_named
from latprobe.feed.protocols.protocol import NO_SERIES, NO_TIME, Headers, Protocol
from tests.feeds import HEARTBEAT, ORDER_DELETE, SYSTEM_EVENT, TRADE

MIDNIGHT = 1_577_682_000 * 10**9
"""In New York."""
HOUR = 3_600 * 10**9


def block_of(payloads: list[bytes], recv_ns: int = 0) -> Block:
    sizes = [len(it) for it in payloads]
    return Block(
        np.full(len(payloads), recv_ns, np.int64),
        PlainChannels(np.zeros(len(payloads), np.int32), ("c",)),
        np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)]),
        memoryview(b"".join(payloads)),
    )


def named(name: str) -> Protocol:
    protocol = protocol_named(name)
    assert protocol is not None
    return protocol


def headers_of(name: str, payloads: list[bytes], recv_ns: int = 0) -> Headers:
    return named(name).headers(block_of(payloads, recv_ns))


def kinds_of(headers: Headers) -> list[str]:
    return [headers.kinds.names[index] for index in headers.kinds.indices.tolist()]


def times_of(headers: Headers) -> list[int | None]:
    assert headers.event_ns is not None
    return [None if it == NO_TIME else it for it in headers.event_ns.tolist()]


def numbers_of(headers: Headers) -> list[Any]:
    """Series, first and last number of each message."""
    numbers = headers.sequences
    assert numbers is not None
    return [
        None if series == NO_SERIES else (numbers.names[series], first, last)
        for series, first, last in zip(
            numbers.series.tolist(), numbers.first.tolist(), numbers.last.tolist(), strict=True
        )
    ]


def test_a_frame_has_kind_time_and_number_in_a_stream_and_bare() -> None:
    bare = TRADE.partition(b'"data":')[2].removesuffix(b"}")
    headers = headers_of("json", [TRADE, bare])
    assert kinds_of(headers) == ["trade", "trade"]
    assert times_of(headers) == [1_723_161_256_322 * 10**6] * 2
    assert numbers_of(headers) == [("BTCUSDT trade", 5_266_583_935, 5_266_583_935)] * 2


@pytest.mark.parametrize(
    ("frame", "kind", "numbers"),
    [
        (b'{"e":"depthUpdate","s":"X","U":5,"u":9}', "depthUpdate", ("X depthUpdate", 5, 9)),
        (
            b'{"e":"depthUpdate","s":"X","U":5,"u":9,"pu":2,"a":[["1","2"]]}',
            "depthUpdate",
            ("X depthUpdate", 3, 9),
        ),
        (b'{"e":"aggTrade","s":"X","a":12,"p":"1"}', "aggTrade", ("X aggTrade", 12, 12)),
        (
            b'{"stream":"x@bookTicker","data":{"u":7,"s":"X","a":"1.5"}}',
            "bookTicker",
            ("X bookTicker", 7, 7),
        ),
        (b'{"channel":"ticker","sequence_num":4}', "ticker", ("sequence_num", 4, 4)),
        (b'{"type":"l2update"}', "l2update", None),
        (b'{"event":"heartbeat"}', "heartbeat", None),
        (b'{"ch":"market.BTC-USD.depth.step0","ts":1}', "depth.step0", None),
        (b'[336,{"a":[]},"book-10","XBT/USD"]', "book-10", None),
        (b'{"e":7,"type":"odd"}', "odd", None),
        (b'{"e":"trade","t":-1}', "trade", None),
        (b"{}", "unknown", None),
        (b"[1,2]", "unknown", None),
        (b"", "unknown", None),
        (b'{"e":"tra', "unknown", None),
        (b"\xff\xfe", "unknown", None),
        (b"[" * 100_000, "unknown", None),
    ],
)
def test_frames_of_any_exchange_say_what_they_are(frame: bytes, kind: str, numbers: object) -> None:
    headers = headers_of("json", [frame])
    assert kinds_of(headers) == [kind]
    assert numbers_of(headers) == [numbers]


@pytest.mark.parametrize(
    ("frame", "time_ns"),
    [
        (b'{"E":1723161256322}', 1_723_161_256_322_000_000),
        (b'{"E":1723161256322123}', 1_723_161_256_322_123_000),
        (b'{"E":1723161256322123456}', 1_723_161_256_322_123_456),
        (b'{"T":1723161256}', 1_723_161_256_000_000_000),
        (b'{"ts":1645289372283,"ch":"market.X.y"}', 1_645_289_372_283_000_000),
        (b'{"timestamp":"2024-08-08T23:54:15.228568804Z"}', 1_723_161_255_228_568_804),
        (b'{"timestamp":"2024-08-08T23:54:15+00:00"}', 1_723_161_255_000_000_000),
        (b'{"timestamp":"2024-08-08T23:54:15"}', None),
        (b'{"timestamp":"yesterday"}', None),
        (b'{"E":0}', None),
        (b'{"E":"soon"}', None),
    ],
)
def test_event_times_are_read_in_any_unit(frame: bytes, time_ns: int | None) -> None:
    assert times_of(headers_of("json", [frame])) == [time_ns]


def test_itch_messages_have_a_kind_by_letter_and_a_time_since_midnight() -> None:
    headers = headers_of("itch50", [SYSTEM_EVENT, ORDER_DELETE, b"?", b""], MIDNIGHT + HOUR)
    assert kinds_of(headers) == ["S system event", "D order delete", "? ?", "unknown"]
    assert times_of(headers) == [MIDNIGHT + HOUR + 123, MIDNIGHT + HOUR + 456, None, None]
    assert headers.sequences is None
    assert headers.wrong_length is not None
    assert headers.wrong_length.tolist() == [False, False, True, True]


def test_an_itch_message_of_another_length_is_wrong() -> None:
    headers = headers_of("itch50", [ORDER_DELETE[:-1], ORDER_DELETE + b"x", ORDER_DELETE])
    assert headers.wrong_length is not None
    assert headers.wrong_length.tolist() == [True, True, False]


def test_fix_messages_have_type_number_time_length_and_checksum() -> None:
    headers = headers_of("fix", [HEARTBEAT])
    assert kinds_of(headers) == ["0 heartbeat"]
    assert numbers_of(headers) == [("VENUE → LATPROBE", 7, 7)]
    assert times_of(headers) == [1_704_207_600_250_000_000]
    assert headers.wrong_length is not None
    assert headers.wrong_checksum is not None
    assert (headers.wrong_length.tolist(), headers.wrong_checksum.tolist()) == ([False], [False])


@pytest.mark.parametrize(
    ("broken", "wrong_length", "wrong_checksum"),
    [
        (HEARTBEAT.replace(b"9=56", b"9=57"), True, True),
        (HEARTBEAT.replace(b"10=161", b"10=162"), False, True),
        (HEARTBEAT.replace(b"10=161", b"10=61"), False, True),
        (HEARTBEAT.replace(b"34=7", b"34=77"), True, True),
        (HEARTBEAT[:-7], True, True),
        (HEARTBEAT[:-1], False, False),
        (b"", True, True),
        (b"\x0110=000\x01", True, True),
    ],
)
def test_a_broken_fix_message_is_known_by_length_and_checksum(
    broken: bytes, wrong_length: bool, wrong_checksum: bool
) -> None:
    headers = headers_of("fix", [HEARTBEAT, broken, HEARTBEAT])
    assert headers.wrong_length is not None
    assert headers.wrong_checksum is not None
    assert headers.wrong_length.tolist() == [False, wrong_length, False]
    assert headers.wrong_checksum.tolist() == [False, wrong_checksum, False]


@pytest.mark.parametrize(
    ("text", "time_ns"),
    [
        (b"20130714-18:02:12", 1_373_824_932_000_000_000),
        (b"20130714-18:02:12.5", 1_373_824_932_500_000_000),
        (b"20130714-18:02:12.729123456", 1_373_824_932_729_123_456),
        (b"20130714180212729", 1_373_824_932_729_000_000),
        (b"20130714180212", 1_373_824_932_000_000_000),
        (b"20131314-18:02:12", None),
        (b"20130714-25:02:12", None),
        (b"20130714", None),
        (b"99999999-00:00:00", None),
        (b"", None),
        (b"now", None),
    ],
)
def test_fix_times_are_read_as_they_are_written(text: bytes, time_ns: int | None) -> None:
    message = HEARTBEAT.replace(b"20240102-15:00:00.250", text)
    assert times_of(headers_of("fix", [message])) == [time_ns]


def test_the_transaction_time_comes_before_the_sending_time() -> None:
    message = HEARTBEAT.replace(b"\x0110=", b"\x0160=20240102-14:59:59.000\x0110=")
    assert times_of(headers_of("fix", [message])) == [1_704_207_599_000_000_000]


def test_fix_sessions_are_told_apart_by_who_sends_to_whom() -> None:
    back = b"8=FIX.4.4\x019=5\x0135=A\x0149=LATPROBE\x0156=VENUE\x0134=1\x0110=000\x01"
    unnamed = b"8=FIX.4.4\x019=5\x0135=A\x0134=3\x0110=000\x01"
    without = b"8=FIX.4.4\x019=5\x0135=A\x0134=x\x0110=000\x01"
    assert numbers_of(headers_of("fix", [HEARTBEAT, back, unnamed, without])) == [
        ("VENUE → LATPROBE", 7, 7),
        ("LATPROBE → VENUE", 1, 1),
        ("", 3, 3),
        None,
    ]


def sbe(template: int, time_ns: int) -> bytes:
    return struct.pack("<HHHHQ", 11, template, 1, 6, time_ns) + bytes(3)


def test_a_cme_message_is_known_in_a_packet_with_its_size_and_alone() -> None:
    alone = sbe(32, 77)
    sized = struct.pack("<H", len(alone) + 2) + alone
    packet = struct.pack("<IQ", 5_615, 99) + sized + sized
    heartbeat = struct.pack("<IQ", 5_616, 100) + struct.pack("<HHHHH", 10, 0, 12, 1, 6)
    headers = headers_of("cme-mdp3-sbe", [packet, heartbeat, sized, alone, alone[:7], b""])
    kinds = ["32 book refresh", "12 heartbeat", "32 book refresh", "32 book refresh"]
    assert kinds_of(headers) == [*kinds, "unknown", "unknown"]
    assert times_of(headers) == [99, 100, 77, 77, None, None]
    assert (
        numbers_of(headers) == [("packets", 5_615, 5_615), ("packets", 5_616, 5_616)] + [None] * 4
    )


def iex_segment(first: int, messages: list[bytes], send_ns: int) -> bytes:
    content = b"".join(struct.pack("<H", len(it)) + it for it in messages)
    head = struct.pack("<BBHII", 1, 0, 0x8004, 1, 1)
    return head + struct.pack("<HHqqq", len(content), len(messages), 0, first, send_ns) + content


def test_an_iex_message_is_known_in_a_segment_and_alone() -> None:
    message = b"T\x00" + struct.pack("<q", 55) + bytes(28)
    segment = iex_segment(41, [message, message], 60)
    headers = headers_of("iex-deep", [segment, iex_segment(43, [], 61), message, segment[:-1], b""])
    assert kinds_of(headers) == ["T trade report", "heartbeat"] + ["T trade report"] * 2 + [
        "unknown"
    ]
    assert times_of(headers) == [60, 61, 55, 60, None]
    assert numbers_of(headers) == [("messages", 41, 42), None, None, ("messages", 41, 42), None]
    assert headers.wrong_length is not None
    assert headers.wrong_length.tolist() == [False, False, False, True, False]


def mach(number: int, body: bytes, kind: int = 3) -> bytes:
    return struct.pack("<QHBB", number, 12 + len(body), kind, 1) + body


def test_a_miax_message_is_known_in_a_datagram_of_packets_and_alone() -> None:
    bid = b"B" + struct.pack("<I", 500) + bytes(11)
    datagram = mach(8, bid) + mach(9, bid)
    recv_ns = 10 * 10**9 + 700
    headers = headers_of("miax-tom", [datagram, mach(9, b"", 0), bid, b""], recv_ns)
    assert kinds_of(headers) == ["B best bid", "heartbeat", "B best bid", "unknown"]
    assert times_of(headers) == [10 * 10**9 + 500, None, 10 * 10**9 + 500, None]
    assert numbers_of(headers) == [("packets", 8, 9), None, None, None]


def mbo(action: bytes, number: int, flags: int = 0) -> bytes:
    head = struct.pack("<BBHIQ", 14, 160, 1, 5_602, 99)
    order = struct.pack("<QqIBBcc", 1, 2, 3, flags, 0, action, b"A")
    return head + order + struct.pack("<QiI", 100, 0, number)


def test_a_dbn_record_has_an_action_a_time_and_the_number_of_the_venue() -> None:
    headers = headers_of("dbn-mbo", [mbo(b"A", 7), mbo(b"T", 3, flags=32), mbo(b"C", 8)[:-4], b""])
    assert kinds_of(headers) == ["A add", "T trade", "unknown", "unknown"]
    assert times_of(headers) == [99, None, None, None]
    assert numbers_of(headers) == [("publisher 1 instrument 5602", 7, 7), None, None, None]
    assert headers.wrong_length is not None
    assert headers.wrong_length.tolist() == [False, False, True, True]


messages = st.one_of(
    st.binary(max_size=80),
    st.sampled_from(
        [
            TRADE,
            HEARTBEAT,
            SYSTEM_EVENT,
            mbo(b"A", 7),
            mach(8, b"B" * 16),
            sbe(32, 77),
            iex_segment(41, [b"T" * 38], 60),
            struct.pack("<IQ", 1, 2) + sbe(32, 1),
        ]
    ).flatmap(
        lambda it: st.tuples(st.integers(0, len(it)), st.binary(max_size=4)).map(
            lambda cut: it[: cut[0]] + cut[1] + it[cut[0] + len(cut[1]) :]
        )
    ),
)


@pytest.mark.parametrize("name", [protocol.name for protocol in PROTOCOLS])
@given(st.lists(messages, max_size=12), st.integers(-(2**63), 2**63 - 1))
@settings(max_examples=60, deadline=None)
def test_bytes_of_any_kind_are_read_without_an_error(
    name: str, payloads: list[bytes], recv_ns: int
) -> None:
    """And alike, whatever stands beside them."""
    with np.errstate(over="ignore"):
        together = headers_of(name, payloads, recv_ns)
        apart = [headers_of(name, [it], recv_ns) for it in payloads]
    assert kinds_of(together) == [kinds_of(it)[0] for it in apart]
    if together.event_ns is not None:
        assert times_of(together) == [times_of(it)[0] for it in apart]
    if together.sequences is not None:
        assert numbers_of(together) == [numbers_of(it)[0] for it in apart]
    for rule in ("wrong_length", "wrong_checksum"):
        if (wrong := getattr(together, rule)) is not None:
            assert wrong.tolist() == [bool(getattr(it, rule)[0]) for it in apart]
