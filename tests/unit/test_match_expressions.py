"""What key expressions find in payloads, and how it is compared across encodings."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from latprobe.match.expression import REGEX_BYTES, parse_expression
from latprobe.match.key import digest, number_text

FRAME = b'{"stream":"btcusdt@trade","data":{"E":1723161256322,"s":"BTCUSDT","p":"61800.30",\
"q":0.60,"m":false,"x":null,"bids":[["61800.10","5"],["61800.00","7"]],"big":1e3}}'
ORDER = b"8=FIX.4.4\x019=66\x0135=D\x0111=ORD-42\x0138=0100\x0158=11=no\x0110=161\x01"
BINARY = b"".join(
    (
        bytes(8),
        (1_000_000_007).to_bytes(4, "big"),
        b"  0042 \0",
        (-2).to_bytes(8, "little", signed=True),
    )
)


def found(expression: str, payload: bytes) -> object:
    return parse_expression(expression).find(payload)


@pytest.mark.parametrize(
    ("expression", "payload", "key"),
    [
        ("json:data.E", FRAME, "1723161256322"),
        ("json:data.s", FRAME, "BTCUSDT"),
        ("json:data.p", FRAME, "61800.30"),
        ("json:data.p as number", FRAME, "61800.3"),
        ("json:data.q", FRAME, "0.6"),
        ("json:data.big", FRAME, "1000"),
        ("json:data.m", FRAME, "false"),
        ("json:data.bids[0][1]", FRAME, "5"),
        ("json:data.bids[-1][0]", FRAME, "61800.00"),
        ('json:"data"."s"', FRAME, "BTCUSDT"),
        ("json:[1].a", b'[0, {"a": 7}]', "7"),
        ("json:0", b'{"0": "name, not index"}', "name, not index"),
        ("fix:8", ORDER, "FIX.4.4"),
        ("fix:11", ORDER, "ORD-42"),
        ("fix:38", ORDER, "0100"),
        ("fix:38 as number", ORDER, "100"),
        ("fix:10", ORDER[:-1], "161"),
        ("fix:35", ORDER.replace(b"\x01", b"|"), "D"),
        ("fix:11 + fix:35", ORDER, ("ORD-42", "D")),
        ("be32@8", BINARY, "1000000007"),
        ("le64s@-8", BINARY, "-2"),
        ("le64@-8", BINARY, str(2**64 - 2)),
        ("be48@6", BINARY, "1000000007"),
        ("be8@11", BINARY, "7"),
        ("ascii@12:8", BINARY, "0042"),
        ("ascii:12:8 as number", BINARY, "42"),
        ("bytes:8:4", BINARY, (1_000_000_007).to_bytes(4, "big")),
        ("bytes@-8:8", BINARY, (-2).to_bytes(8, "little", signed=True)),
        ('regex:"seq=([0-9]+);"', b"x seq=17; seq=18;", "17"),
        ("regex:'a.c'", b"xxabcxx", "abc"),
        ("payload", b"anything", digest(b"anything")),
        ("json:data.E + regex:'@([a-z]+)'", FRAME, ("1723161256322", "trade")),
    ],
)
def test_a_key_is_found_where_the_expression_says(
    expression: str, payload: bytes, key: object
) -> None:
    assert found(expression, payload) == key


@pytest.mark.parametrize(
    ("expression", "payload"),
    [
        ("json:data.none", FRAME),
        ("json:data.x", FRAME),
        ("json:data.bids", FRAME),
        ("json:data", FRAME),
        ("json:data.bids[2][0]", FRAME),
        ("json:data[0]", FRAME),
        ("json:stream.x", FRAME),
        ("json:data.s as number", FRAME),
        ("json:a", b"no json"),
        ("json:a", b'{"a": "\\ud800"}'),
        ("json:a", b""),
        ("json:a", b"[" * 1_000_000),
        ("json:a", b'{"a": ' + b"9" * 100_000 + b"}"),
        ("fix:1", ORDER),
        ("fix:5", b"55=no\x01155=5=no\x01"),
        ("fix:11", b""),
        ("be32@25", BINARY),
        ("be32@-29", BINARY),
        ("ascii@0:8", BINARY),
        ("bytes@0:29", BINARY),
        ("regex:'b(x)?'", b"abc"),
        ("regex:'seq'", bytes(REGEX_BYTES) + b"seq"),
        ("json:data.E + fix:11", FRAME),
    ],
)
def test_what_is_not_there_is_no_key_and_no_error(expression: str, payload: bytes) -> None:
    assert found(expression, payload) is None


def test_a_number_is_the_same_from_binary_json_and_text() -> None:
    keys = {
        found("be32@0", (42).to_bytes(4, "big")),
        found("le16@0", (42).to_bytes(2, "little")),
        found("json:id", b'{"id": 42}'),
        found("json:id", b'{"id": "42"}'),
        found("json:id", b'{"id": 42.0}'),
        found("json:id", b'{"id": 4.2e1}'),
        found("fix:11", b"35=8\x0111=42\x01"),
        found("ascii@0:8 as number", b"00000042"),
        found("regex:'id=([0-9]+)'", b"id=42"),
    }

    assert keys == {"42"}


def test_text_keeps_its_zeros_unless_it_is_said_to_be_a_number() -> None:
    assert found("fix:11", b"11=007\x01") != found("fix:11", b"11=7\x01")
    assert found("fix:11 as number", b"11=007\x01") == "7"


def test_text_and_bytes_are_never_the_same_key() -> None:
    assert found("ascii@0:2", b"42") != found("bytes@0:2", b"42")


def test_a_long_key_is_compared_by_its_digest() -> None:
    long = b"x" * 100_000

    assert found("fix:11", b"11=" + long + b"\x01") == found("json:a", b'{"a":"' + long + b'"}')
    assert found("fix:11", b"11=" + long + b"y\x01") != found("fix:11", b"11=" + long + b"\x01")
    assert len(found("fix:11", b"11=" + long)) == 16  # type: ignore[arg-type]


@given(st.integers(-(2**70), 2**70))
@example(0)
def test_an_integer_is_written_one_way(number: int) -> None:
    for text in (f"{number}", f" {number:+020}", f"{number}.000", f"{number}e0"):
        assert number_text(text) == str(number)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=8, min_value=-(10**9), max_value=10**9
    )
)
def test_a_decimal_is_written_one_way_and_exactly(number: object) -> None:
    text = number_text(format(number, "f"))

    assert text is not None
    assert float(text) == float(format(number, "f"))
    assert number_text(text) == text
    assert not text.endswith(".")


@given(st.binary(max_size=200))
def test_no_payload_is_an_error(payload: bytes) -> None:
    for expression in (
        "json:a[0].b as number",
        "fix:11 as number",
        "be64s@-9",
        "ascii@3:9 as number",
        "regex:'(.)\\x01' + payload",
    ):
        found(expression, payload)
