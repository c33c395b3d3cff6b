"""Which columns of a table have the times, payloads and channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from latprobe.errors import FeedError
from latprobe.feed.importers.importer import ImportOptions

TIME_NAMES: Final = (
    "recv_ns",
    "ts_recv",
    "recv_ts",
    "recv_time",
    "receive_time",
    "received",
    "timestamp",
    "ts",
    "time",
    "datetime",
    "ts_event",
)
PAYLOAD_NAMES: Final = ("payload", "data", "message", "raw", "msg", "frame", "body")
CHANNEL_NAMES: Final = ("channel", "stream", "topic", "symbol")
_NAMES_SHOWN: Final = 12

TABLE_OPTIONS: Final = frozenset(
    {"time_column", "payload_column", "channel_column", "payload_encoding", "protocol"}
)
"""What importers of tables heed, of `ImportOptions`."""


@dataclass(frozen=True, slots=True)
class TableColumns:
    """Places of columns in a table, from 0, and what they are called."""

    time: int
    payload: int
    channel: int | None
    time_name: str
    payload_name: str


def choose_columns(path: Path, names: Sequence[str], options: ImportOptions) -> TableColumns:
    """Finds the columns that the options name; else those with usual names, the best first.

    Raises:
        FeedError: There is no such column, or several are called alike.
    """
    time = _find(path, names, options.time_column, TIME_NAMES, "--time-column")
    payload = _find(path, names, options.payload_column, PAYLOAD_NAMES, "--payload-column")
    if time is None or payload is None:
        what, word, usual = (
            ("times", "--time-column", TIME_NAMES)
            if time is None
            else ("payloads", "--payload-column", PAYLOAD_NAMES)
        )
        expected = f"expected a column of {what} ({', '.join(usual)}, or the one that {word} names)"
        raise FeedError(path, None, f"{expected}; found {_shown(names)}")
    channel = _find(path, names, options.channel_column, CHANNEL_NAMES, "--channel-column")
    return TableColumns(time, payload, channel, names[time], names[payload])


def has_usual_columns(names: Sequence[str]) -> bool:
    """Whether a table without options could be imported."""
    known = {_plain(name) for name in names}
    return bool(known & set(TIME_NAMES)) and bool(known & set(PAYLOAD_NAMES))


def _find(
    path: Path, names: Sequence[str], wanted: str, usual: Sequence[str], option: str
) -> int | None:
    plain = [_plain(name) for name in names]
    if wanted:
        found = [place for place, name in enumerate(names) if name == wanted]
        found = found or [place for place, name in enumerate(plain) if name == _plain(wanted)]
        if not found:
            raise FeedError(path, None, f"{option} {wanted}: the columns are {_shown(names)}")
    else:
        name = next((name for name in usual if name in plain), None)
        found = [place for place, it in enumerate(plain) if it == name]
    if len(found) > 1:
        problem = f"{len(found)} columns are called {names[found[0]]!r}; expected one"
        raise FeedError(path, None, f"{problem}, or another that {option} names")
    return found[0] if found else None


def _plain(name: str) -> str:
    return name.strip().lower()


def _shown(names: Sequence[str]) -> str:
    some = ", ".join(name[:64] for name in names[:_NAMES_SHOWN]) or "none"
    return some + (", …" if len(names) > _NAMES_SHOWN else "")
