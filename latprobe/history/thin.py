"""Retention: old run documents lose their weight, and keep every figure.

A document is mostly histograms and what single forks measured. A thinned one still has its figures,
verdicts, warnings and origin, and says that it was thinned; nothing in the index changes.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from latprobe.errors import RunError
from latprobe.history.entry import Entry, entry_of
from latprobe.history.scan import files_in, folders_under, read_if_run
from latprobe.run.conditions import side_of
from latprobe.run.model import DigestPass, RunDocument
from latprobe.run.store import write_run_as


class Thinned(msgspec.Struct, frozen=True):
    """What was done, or would have been.

    Attributes:
        looked_at: Run documents that are old enough.
        thinned: Those that were whole, and are not kept so.
        kept_whole: Those that stay whole for their period.
        bytes_before: Of those that were thinned.
        bytes_after: Of the same.
    """

    looked_at: int
    thinned: int
    kept_whole: int
    bytes_before: int
    bytes_after: int


def thin(
    results: Path,
    before_ms: int,
    *,
    whole_every_ms: int | None = None,
    write: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Thinned:
    """Thins the run documents under a folder that were measured before a time.

    Args:
        results: The folder.
        before_ms: In Unix milliseconds.
        whole_every_ms: Of each scenario, on each class of machines and branch, the first run in
            each such period stays whole, so that distributions can still be held against it.
        write: Whether to do it, or only to say what would be done.
        progress: Told how many have been looked at.

    Raises:
        HistoryError: where the folder cannot be read.
        RunError: where a document cannot be written.
    """
    looked_at = thinned = kept = before = after = 0
    periods: set[tuple[str | int, ...]] = set()
    for path, run, entry in _runs(results, before_ms):
        looked_at += 1
        if progress is not None:
            progress(looked_at)
        if run.thinned:
            continue
        if whole_every_ms is not None:
            period = (*_group(entry), int(entry.run["started_ms"]) // whole_every_ms)
            if period not in periods:
                periods.add(period)
                kept += 1
                continue
        light = thinned_run(run)
        before += path.stat().st_size
        after += len(msgspec.json.format(msgspec.json.encode(light), indent=1))
        thinned += 1
        if write:
            write_run_as(light, path)
    return Thinned(looked_at, thinned, kept, before, after)


def thinned_run(run: RunDocument) -> RunDocument:
    """The document without histograms and without what single forks measured."""
    replace = msgspec.structs.replace
    return replace(
        run,
        forks=tuple(
            it if isinstance(it.result, DigestPass) else replace(it, result=None)
            for it in run.forks
        ),
        figures=tuple(replace(it, histogram=None) for it in run.figures),
        machine_class=run.machine_class or side_of(run, "").machine,
        thinned=True,
    )


def _runs(results: Path, before_ms: int) -> Iterator[tuple[Path, RunDocument, Entry]]:
    """Run documents that are old enough, in the order of their files' names, which is of time."""
    for folder in folders_under(results):
        for file in sorted(files_in(folder), key=lambda it: it.name):
            try:
                run = read_if_run(file.path)
                entry = None if run is None else entry_of(run)
            except RunError:
                continue  # `history sync` says what is wrong with it
            if run is not None and entry is not None and int(entry.run["started_ms"]) < before_ms:
                yield file.path, run, entry


def _group(entry: Entry) -> tuple[str, str, str]:
    return str(entry.run["scenario"]), str(entry.run["machine_class"]), str(entry.run["branch"])
