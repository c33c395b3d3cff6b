"""What makes an audit worth less than it looks, and what would help."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from latprobe.run.audited import added, call_sites_of, target_module
from latprobe.run.call_sites import CallSitePass, SiteCounts
from latprobe.run.measured import Measured
from latprobe.run.model import RunDocument, Warning  # noqa: A004  # the design's word
from latprobe.run.warnings import allocation_warnings

_CALLS = ("allocations", "frees", "reallocations", "bytes")


def audit_warnings(run: RunDocument, measured: Measured) -> tuple[Warning, ...]:
    """Every warning that the forks of an audit give cause for."""
    found = call_sites_of(run)
    if found is None:
        return tuple(allocation_warnings(measured))
    return (
        *allocation_warnings(measured),
        *_unplaced(found),
        *_uncounted(found),
        *_varying(found, measured, run),
        *_truncated(found),
        *_without_lines(found, run),
        *_system_calls(found),
    )


def _unplaced(found: CallSitePass) -> Iterator[Warning]:
    calls = found.unplaced
    number = calls.allocations + calls.frees + calls.reallocations
    number += calls.locks + calls.system_calls
    if number:
        yield Warning(
            f"{number:,} calls have no place: there are too many stacks, or too many calls in one "
            "message",
            "65,536 of either are kept: audit fewer messages with --messages",
        )


def _uncounted(found: CallSitePass) -> Iterator[Warning]:
    """An allocator of the target's own counts for itself, and tells nobody where."""
    placed = found.unplaced
    for site in found.sites:
        placed = added(placed, site.counts)
    missing = _asked(found.counted) - _asked(placed)
    if missing:
        yield Warning(
            f"{missing:,} allocation calls were counted and have no call site",
            "the target has an allocator of its own, which counts through the SDK and does not go "
            "through malloc: audit a build without it",
        )


def _varying(found: CallSitePass, measured: Measured, run: RunDocument) -> Iterator[Warning]:
    counted = measured.allocations
    if counted is None:
        return
    total = [sum(getattr(it.total.sum, name) for it in counted.kinds) for name in _CALLS]
    if total == [getattr(found.counted, name) for name in _CALLS]:
        return
    if run.target.interpreter is not None:
        yield Warning(
            "memray traces the interpreter by a profile function, for which it makes frames and "
            f"methods that it does not make otherwise, and traces {found.messages:,} messages at "
            "most: call sites may add up to more than the figures, which are exact",
            "compare lines with each other, and hold budgets against the figures",
        )
    else:
        yield Warning(
            "the target does not ask for the same in two forks: the figures are of one, and the "
            "call sites of another",
            "tables that hash by chance, threads and clocks make it so; both are exact of their "
            "fork",
        )


def _truncated(found: CallSitePass) -> Iterator[Warning]:
    cut = {number for number, stack in enumerate(found.stacks) if not stack.complete}
    calls = sum(_asked(it.counts) for it in found.sites if it.stack in cut)
    if calls:
        yield Warning(
            f"{calls:,} allocation calls have a stack that does not reach the driver",
            "they are at the nearest line that is known: build with unwind tables "
            "(`-fasynchronous-unwind-tables`), and mind code "
            "that runs on stacks of its own",
        )


def _without_lines(found: CallSitePass, run: RunDocument) -> Iterator[Warning]:
    target = target_module(found, run)
    index = next((it for it, module in enumerate(found.modules) if module.path == target), None)
    seen = [it for it in found.addresses if it.module == index and index is not None]
    if seen and not any(location.line for it in seen for location in it.locations):
        name = PurePosixPath(target).name
        yield Warning(
            f"{name} has no line tables: places are the nearest symbol, or an address",
            'build it with them, which costs nothing at run time: `debug = "line-tables-only"` in '
            "`[profile.release]` of Cargo.toml, `-g` for C and C++; and do not strip it",
        )


def _system_calls(found: CallSitePass) -> Iterator[Warning]:
    if found.system_calls_unsupported is not None:
        yield Warning(
            f"system calls were not watched: {found.system_calls_unsupported}",
            "`strace -f -c` counts them, though not by stage",
        )
    if found.unseen_system_calls:
        yield Warning(
            f"{found.unseen_system_calls:,} messages made system calls that may not all be seen",
            "after one that starts a process or a thread, or changes signals, the rest of its "
            "message is not watched",
        )


def _asked(counts: SiteCounts) -> int:
    return counts.allocations + counts.frees + counts.reallocations
