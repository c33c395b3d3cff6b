"""What goes into a feed comes out of it, whatever it is."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from latprobe.feed.blocks import read_blocks
from latprobe.feed.importers.times import nanoseconds_from_text
from latprobe.feed.messages import Messages
from latprobe.feed.reader import open_feed
from latprobe.feed.writer import FeedWriter

messages = st.lists(
    st.tuples(
        st.integers(-(2**63), 2**63 - 1),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        st.binary(max_size=50),
    ),
    max_size=60,
)


@given(messages, st.integers(0, 60))
@settings(max_examples=150, deadline=None)
def test_every_message_is_read_back(sent: list[tuple[int, str, bytes]], at_once: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.feed"
        with FeedWriter(path, protocol="p", source="s", importer="i 1") as writer:
            for message in sent[:at_once]:
                writer.append(*message)
            if rest := sent[at_once:]:
                writer.extend(Messages(*zip(*rest, strict=True)))
        received: list[tuple[int, str, bytes]] = []
        for block in read_blocks(open_feed(path)):
            some = block.messages()
            received += zip(some.recv_ns, some.channels, some.payloads, strict=True)
    assert received == sent


@given(st.integers(10**17, 2**63 - 1), st.sampled_from([0, 3, 6, 9]))
def test_a_time_is_the_same_in_every_unit(recv_ns: int, decimals: int) -> None:
    unit = 10 ** (9 - decimals)
    whole, fraction = divmod(recv_ns, 10**9)
    # 10**17 ns is 3.2 years: every unit of such a time is told by its magnitude.
    digits = f"{whole}{fraction:09d}"
    text = (
        digits[: len(digits) - 9 + decimals] + "." + (digits[len(digits) - 9 + decimals :] or "0")
    )
    assert nanoseconds_from_text(text.encode()) == recv_ns
    assert nanoseconds_from_text(text.split(".")[0].encode()) == recv_ns - recv_ns % unit
