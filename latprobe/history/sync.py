"""Brings the index up to what the files say.

It can be run again, by many at the same time, and be ended at any moment: each batch is written
whole or not at all, and what is there already is left as it is.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, bindparam, delete, select

from latprobe.errors import RunError
from latprobe.history.database import insert_new, insert_rows
from latprobe.history.entry import Entry, SeriesKey, entry_of
from latprobe.history.scan import FoundFile, folders_under, read_if_run
from latprobe.history.tables import FILES, POINTS, RUNS, SERIES, VERDICTS

_BATCH: Final = 500


class Synced(msgspec.Struct, frozen=True):
    """What a sync did.

    Attributes:
        files: JSON files that were there.
        read: Those that had not been read yet.
        added: Runs that the index did not know.
        known: Runs that it knew from elsewhere.
        others: Files that hold no run document.
        broken: What is wrong with those that should, and with what cannot be read, by file.
    """

    files: int
    read: int
    added: int
    known: int
    others: int
    broken: tuple[str, ...] = ()


def sync(
    engine: Engine, results: Path, *, progress: Callable[[int, int], None] | None = None
) -> Synced:
    """Reads the run documents under a folder that are new, or are not what they were.

    Args:
        engine: The index.
        results: The folder.
        progress: Told how many files have been read, and of how many.

    Raises:
        HistoryError: where the folder cannot be read.
    """
    files, unread, broken = _unread(engine, results)
    added = known = others = 0
    for start in range(0, len(unread), _BATCH):
        batch = unread[start : start + _BATCH]
        entries: dict[FoundFile, Entry | None] = {}
        for file in batch:
            try:
                entries[file] = _read(file.path)
            except RunError as error:
                broken.append(str(error))
        runs = {it.identity: it for it in entries.values() if it is not None}
        new = _write(engine, entries, runs)
        added, known = added + new, known + len(runs) - new
        others += sum(1 for it in entries.values() if it is None)
        if progress is not None:
            progress(start + len(batch), len(unread))
    return Synced(files, len(unread), added, known, others, tuple(broken))


def _unread(engine: Engine, results: Path) -> tuple[int, list[FoundFile], list[str]]:
    """How many files there are, those that are not as they were when read, and what is broken."""
    count = 0
    unread: list[FoundFile] = []
    broken: list[str] = []
    with engine.connect() as connection:
        for folder in folders_under(results):
            broken += folder.problems
            if not folder.files:
                continue
            rows = connection.execute(
                select(FILES.c.name, FILES.c.size, FILES.c.modified_ns).where(
                    FILES.c.folder == folder.place
                )
            )
            read = {name: (size, modified_ns) for name, size, modified_ns in rows}
            count += len(folder.files)
            unread += [it for it in folder.files if read.get(it.name) != (it.size, it.modified_ns)]
    return count, unread, broken


def _read(path: Path) -> Entry | None:
    """What the index keeps of a file; None where it is no run document.

    Raises:
        RunError: where it should be one, and is broken.
    """
    run = read_if_run(path)
    try:
        return None if run is None else entry_of(run)
    except RunError as error:
        raise RunError(f"{path}: {error}") from error


def _write(engine: Engine, files: dict[FoundFile, Entry | None], runs: dict[str, Entry]) -> int:
    """Writes a batch, and answers how many runs were not known."""
    # Two writers that insert the same rows in the same order wait for each other, and never both.
    ordered = [runs[it] for it in sorted(runs)]
    with engine.begin() as connection:
        series = _series(connection, ordered)
    with engine.begin() as connection:
        new = _insert_runs(connection, ordered)
        points = [
            {
                "run": number,
                "series": series[key],
                "value": value,
                "level": runs[identity].levels.get(key),
            }
            for identity, number in new.items()
            for key, value in runs[identity].points.items()
        ]
        verdicts = [
            {"run": number, **row}
            for identity, number in new.items()
            for row in runs[identity].verdicts
        ]
        insert_rows(connection, POINTS, points)
        insert_rows(connection, VERDICTS, verdicts)
        _note_files(connection, files, _numbers(connection, list(runs)))
    return len(new)


def _series(connection: Connection, entries: Sequence[Entry]) -> dict[SeriesKey, int]:
    wanted = sorted({key for entry in entries for key in entry.points})
    known = _known_series(connection)
    missing = [key._asdict() for key in wanted if key not in known]
    if not missing:
        return known
    connection.execute(insert_new(connection, SERIES), missing)
    return _known_series(connection)


def _known_series(connection: Connection) -> dict[SeriesKey, int]:
    columns = (SERIES.c.stage, SERIES.c.kind, SERIES.c.figure, SERIES.c.unit, SERIES.c.series)
    return {SeriesKey(*row[:-1]): row[-1] for row in connection.execute(select(*columns))}


def _insert_runs(connection: Connection, entries: Sequence[Entry]) -> dict[str, int]:
    """The number of each run that was not known."""
    if not entries:
        return {}
    statement = insert_new(connection, RUNS).returning(RUNS.c.identity, RUNS.c.run)
    rows = connection.execute(statement, [entry.run for entry in entries])
    return {row.identity: row.run for row in rows}


def _numbers(connection: Connection, identities: Sequence[str]) -> dict[str, int]:
    rows = connection.execute(
        select(RUNS.c.identity, RUNS.c.run).where(RUNS.c.identity.in_(identities))
    )
    return {row.identity: row.run for row in rows}


def _note_files(
    connection: Connection, files: dict[FoundFile, Entry | None], numbers: dict[str, int]
) -> None:
    rows = [
        {**file._asdict(), "run": None if entry is None else numbers[entry.identity]}
        for file, entry in sorted(files.items(), key=lambda it: it[0])
    ]
    if rows:
        of_file = (FILES.c.folder == bindparam("in_folder"), FILES.c.name == bindparam("of_name"))
        former = [{"in_folder": it.folder, "of_name": it.name} for it in files]
        connection.execute(delete(FILES).where(*of_file), former)
        connection.execute(insert_new(connection, FILES), rows)
