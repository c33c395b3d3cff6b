"""What may happen to a file, for property tests."""

from collections.abc import Callable
from typing import Final

from hypothesis import strategies as st

Damage = Callable[[bytes], bytes]


def _flip(content: bytes, place: float, bit: int) -> bytes:
    if not content:
        return content
    index = min(int(place * len(content)), len(content) - 1)
    return content[:index] + bytes([content[index] ^ 1 << bit]) + content[index + 1 :]


def _flips() -> st.SearchStrategy[Damage]:
    places = st.one_of(
        st.floats(0, 1),
        # Lengths, positions and types stand at the ends of most formats.
        st.floats(0, 0.05),
        st.floats(0.95, 1),
    )
    return st.builds(
        lambda place, bit: lambda content: _flip(content, place, bit), places, st.integers(0, 7)
    )


def _cuts() -> st.SearchStrategy[Damage]:
    return st.builds(
        lambda place: lambda content: content[: int(place * len(content))], st.floats(0, 1)
    )


def _holes() -> st.SearchStrategy[Damage]:
    return st.builds(
        lambda place, size: (
            lambda content: (
                content[: int(place * len(content))] + content[int(place * len(content)) + size :]
            )
        ),
        st.floats(0, 1),
        st.integers(1, 64),
    )


def _fills() -> st.SearchStrategy[Damage]:
    return st.builds(
        lambda place, fill: (
            lambda content: (
                content[: int(place * len(content))]
                + fill
                + content[int(place * len(content)) + len(fill) :]
            )
        ),
        st.floats(0, 1),
        st.sampled_from([b"\x00" * 8, b"\xff" * 8, b"\xff\xff\xff\x7f", b"\n", b"[[[[", b'"']),
    )


damages: Final = st.lists(st.one_of(_flips(), _cuts(), _holes(), _fills()), min_size=1, max_size=4)


def damaged(content: bytes, how: list[Damage]) -> bytes:
    for damage in how:
        content = damage(content)
    return content
