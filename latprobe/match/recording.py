"""What the matching asks of a recording, and a made-up one for tests."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True)
class Recording:
    """A recording that can be read more than once, from start to end, a part at a time.

    Attributes:
        name: What to call it.
        protocol: Language of the payloads.
        source: Where the messages are from, in words.
        importer: What wrote the feed: name and version.
        sha256: Of all payloads, in hexadecimal; empty where it is not stated.
        times: When messages were received, in Unix ns.
        messages: The same together with payloads.
        payload: That of the message of a number, from 0.
    """

    name: str
    protocol: str
    source: str
    importer: str
    sha256: str
    times: "Callable[[], Iterator[npt.NDArray[np.int64]]]"
    messages: Callable[[], Iterator[tuple[Sequence[int], Sequence[bytes]]]]
    payload: Callable[[int], bytes]


def scripted_recording(
    messages: Sequence[tuple[int, bytes]], name: str = "made up", part: int = 7
) -> Recording:
    """A recording of these times and payloads, read in parts of so many messages."""
    parts = [messages[start : start + part] for start in range(0, len(messages), part)]
    return Recording(
        name,
        "text",
        "made up",
        "none",
        "",
        times=lambda: (np.array([ns for ns, _ in some], np.int64) for some in parts),
        messages=lambda: (
            ([ns for ns, _ in some], [payload for _, payload in some]) for some in parts
        ),
        payload=lambda number: messages[number][1],
    )
