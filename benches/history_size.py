"""How long a history of many runs takes: the first sync, one run more, and the first screen."""

import tempfile
import time
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from benches.figure import Figure
from benches.history_runs import MINUTE_MS, made_runs, write_runs
from latprobe.history.database import open_history
from latprobe.history.news import news
from latprobe.history.sync import sync

_END_MS: Final = 1_795_600_000_000
_EVERY_MS: Final = 5 * MINUTE_MS
_ROUNDS: Final = 5
_MOST_S: Final = 1.0


class HistorySize(Struct, frozen=True):
    """Seconds; the best of several rounds where there are several.

    Attributes:
        runs: How many there were.
        documents_bytes: Of all documents.
        index_bytes: Of the index.
        first_sync_s: Reading all of them.
        one_more_s: Reading one more.
        news_s: What is red and what changed within a week.
        changes: How many had.
    """

    runs: int
    documents_bytes: int
    index_bytes: int
    first_sync_s: float
    one_more_s: float
    news_s: float
    changes: int


def measure(runs: int) -> HistorySize:
    """Makes up the runs, and indexes them in SQLite; in a folder that goes again."""
    with tempfile.TemporaryDirectory(prefix="latprobe-bench-") as name:
        folder, database = Path(name) / "runs", Path(name) / "history.sqlite"
        write_runs(made_runs(runs, _END_MS, every_ms=_EVERY_MS), folder)
        size = sum(it.stat().st_size for it in folder.rglob("*.json"))
        first_s = _timed_sync(database, folder)
        more_s = []
        for number in range(_ROUNDS):
            (run,) = made_runs(1, _END_MS + number, every_ms=_EVERY_MS)
            run = msgspec.structs.replace(run, id=f"one-more-{number}")
            (folder / "000" / f"{run.id}.json").write_bytes(msgspec.json.encode(run))
            more_s.append(_timed_sync(database, folder))
        news_s = []
        for _ in range(_ROUNDS):
            started = time.perf_counter()
            with open_history(str(database)) as engine:
                found = news(engine, _END_MS + MINUTE_MS)
            news_s.append(time.perf_counter() - started)
        changes, index = len(found.changes), database.stat().st_size
    return HistorySize(runs, size, index, first_s, min(more_s), min(news_s), changes)


def figures(it: HistorySize) -> list[Figure]:
    """Rows of the table."""
    return [
        Figure(
            f"history of {it.runs:,} runs: first sync",
            f"{it.first_sync_s:.1f} s for {it.documents_bytes / 1e6:.0f} MB; "
            f"index of {it.index_bytes / 1e6:.0f} MB",
            "",
            None,
        ),
        Figure("sync of one more", f"{it.one_more_s:.2f} s", "< 1 s", it.one_more_s < _MOST_S),
        Figure(
            "first screen: what is red, what changed this week",
            f"{it.news_s:.2f} s for {it.changes} changes",
            "< 1 s",
            it.news_s < _MOST_S,
        ),
    ]


def _timed_sync(database: Path, folder: Path) -> float:
    started = time.perf_counter()
    with open_history(str(database), make=True) as engine:
        sync(engine, folder)
    return time.perf_counter() - started
