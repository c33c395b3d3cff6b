"""Recordings in windows that their readers take messages from."""

from typing import cast

from latprobe.feed.importers.source import Source
from latprobe.feed.importers.windows import read_windows
from tests.importing import Pieces, cut


def source(content: bytes, size: int) -> Source:
    return cast("Source", Pieces(cut(content, [size])))


def test_what_is_left_comes_again_with_more_behind_it() -> None:
    seen = []
    for window in read_windows(source(b"abcdefg", 3)):
        seen.append((window.offset, window.content, window.last))
        window.used = min(2, len(window.content))
    assert seen == [(0, b"abc", False), (2, b"cdef", False), (4, b"efg", False), (6, b"g", True)]


def test_a_message_in_many_pieces_is_not_looked_at_for_each() -> None:
    pieces = 4096
    windows = list(read_windows(source(bytes(pieces), 1)))
    assert len(windows) <= 14
    assert len(windows[-1].content) == pieces
    assert windows[-1].last


def test_a_recording_without_content_has_one_window() -> None:
    (window,) = read_windows(source(b"", 1))
    assert (window.content, window.offset, window.last) == (b"", 0, True)
