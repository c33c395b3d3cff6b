"""Messages in a stream of bytes, whatever pieces it comes in."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latprobe.feed.transport.framing import FRAMINGS, FramingError

MESSAGES = st.lists(st.binary(max_size=300), max_size=20)
FRAMED = [name for name in FRAMINGS if name != "chunks"]


@pytest.mark.parametrize("name", FRAMED)
@given(messages=MESSAGES, data=st.data())
def test_messages_come_out_as_they_went_in(
    name: str, messages: list[bytes], data: st.DataObject
) -> None:
    if name == "lines":
        messages = [message.replace(b"\n", b"") for message in messages]
    framing = FRAMINGS[name]
    stream = b"".join(map(framing.encode, messages))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=30)))
    decoder = framing.decoder()
    found: list[bytes] = []
    for start, stop in pairwise([0, *cuts, len(stream)]):
        found += decoder.decode(stream[start:stop])
    assert found == messages
    assert decoder.unfinished_bytes == 0
    assert decoder.problem == ""


@pytest.mark.parametrize("name", FRAMED)
def test_a_message_is_there_with_its_last_byte_and_not_before(name: str) -> None:
    framing = FRAMINGS[name]
    stream = framing.encode(b"abc")
    decoder = framing.decoder()
    assert [decoder.decode(stream[at : at + 1]) for at in range(len(stream))] == [
        *[[]] * (len(stream) - 1),
        [b"abc"],
    ]


def test_lengths_stand_as_their_names_say() -> None:
    assert FRAMINGS["u16be"].encode(b"ab") == b"\x00\x02ab"
    assert FRAMINGS["u16le"].encode(b"ab") == b"\x02\x00ab"
    assert FRAMINGS["u32be"].encode(b"ab") == b"\x00\x00\x00\x02ab"
    assert FRAMINGS["u32le"].encode(b"ab") == b"\x02\x00\x00\x00ab"
    assert FRAMINGS["lines"].encode(b"ab") == b"ab\n"


@pytest.mark.parametrize(("name", "message"), [("lines", b"a\nb"), ("u16be", bytes(65_536))])
def test_a_message_that_does_not_fit_is_refused(name: str, message: bytes) -> None:
    with pytest.raises(FramingError):
        FRAMINGS[name].encode(message)


@pytest.mark.parametrize(
    ("name", "bad"), [("u32be", b"\xff\xff\xff\xff"), ("lines", b"x" * (2**24 + 1))]
)
def test_what_stands_before_damage_comes_out(name: str, bad: bytes) -> None:
    decoder = FRAMINGS[name].decoder()
    assert decoder.decode(FRAMINGS[name].encode(b"good") + bad) == [b"good"]
    assert "over the limit of 16 MiB" in decoder.problem
