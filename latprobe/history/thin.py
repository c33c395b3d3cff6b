"""Retention: old run documents lose their weight, and keep every figure.

A document is mostly histograms and what single forks measured. A thinned one still has its figures,
verdicts, warnings and origin, and what else was counted, and says that it was thinned; nothing in
the index changes. Audits and the sides of an A/B are left alone: what they say is in their forks.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from latprobe.errors import RunError
from latprobe.history.entry import Entry, entry_of
from latprobe.history.scan import folders_under, read_if_run
from latprobe.run.conditions import side_of
from latprobe.run.interpreter import InterpreterPass
from latprobe.run.matched import MatchPass
from latprobe.run.model import DigestPass, PassResult, RunDocument
from latprobe.run.service import ServicePass, SwitchPass
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
    progress: Callable[[int, int], None] | None = None,
) -> Thinned:
    """Thins the run documents under a folder that were measured before a time.

    Args:
        results: The folder.
        before_ms: In Unix milliseconds.
        whole_every_ms: Of each scenario, on each class of machines and branch, the first run in
            each such period stays whole, so that distributions can still be held against it.
        write: Whether to do it, or only to say what would be done.
        progress: Told how many files have been looked at, and of how many.

    Raises:
        HistoryError: where the folder cannot be read.
        RunError: where a document cannot be written.
    """
    looked_at = thinned = kept = before = after = 0
    periods: set[tuple[str | int, ...]] = set()
    for path, run, entry in _runs(results, before_ms, progress):
        looked_at += 1
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
        forks=tuple(replace(it, result=_light(it.result)) for it in run.forks),
        figures=tuple(replace(it, histogram=None) for it in run.figures),
        machine_class=run.machine_class or side_of(run, "").machine,
        thinned=True,
    )


def _light(result: PassResult | None) -> PassResult | None:
    """What of a fork's result is no merged figure and is counted; the times are in the figures."""
    replace = msgspec.structs.replace
    match result:
        case DigestPass() | SwitchPass() | InterpreterPass():
            return result
        case ServicePass():
            return replace(result, times=(), depths=())
        case MatchPass():
            return replace(result, kinds=(), blocks=(), other=None, early=None, tail=())
        case _:
            return None


def _runs(
    results: Path, before_ms: int, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[Path, RunDocument, Entry]]:
    """Run documents that are old enough, in the order of their files' names, which is of time."""
    files = [file for folder in folders_under(results) for file in folder.files]
    for number, file in enumerate(files):
        if progress is not None:
            progress(number, len(files))
        try:
            run = read_if_run(file.path)
            entry = None if run is None else entry_of(run)
        except RunError:
            continue  # `history sync` says what is wrong with it
        if run is not None and entry is not None and int(entry.run["started_ms"]) < before_ms:
            yield file.path, run, entry


def _group(entry: Entry) -> tuple[str, str, str]:
    return str(entry.run["scenario"]), str(entry.run["machine_class"]), str(entry.run["branch"])
