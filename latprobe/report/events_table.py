"""Events of the processor and the kernel: a table of those that were counted, one of simulated."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from latprobe.report.amounts import MISSING
from latprobe.report.cell import NO_FIGURE, Cell
from latprobe.report.column import Column
from latprobe.report.fitting import empty_table, fit
from latprobe.report.precision import Precision
from latprobe.report.printable import printable
from latprobe.report.row import Row, rows_of
from latprobe.run.counters import Cache, CounterPass, SimulationPass
from latprobe.run.events import RATIOS
from latprobe.run.measured import TOTAL
from latprobe.run.model import Figure, RunDocument
from latprobe.units import format_bytes, format_count, format_ns, format_share

Events = Mapping[str, float] | None


@dataclass(frozen=True)
class _Title:
    """A column: its title, how soon it goes where there is no room, and how it is written."""

    title: str
    rank: int
    text: Callable[[float], str] = format_count
    is_shown_at_zero: bool = True


_TITLES: Final[Mapping[str, _Title]] = {
    "instructions": _Title("instr/msg", 1),
    "cycles": _Title("cycles/msg", 2),
    "IPC": _Title("IPC", 3, "{:.2f}".format),
    "branches": _Title("branches/msg", 9),
    "branch-misses": _Title("branch-miss/msg", 4),
    "branch-miss-rate": _Title("branch-miss rate", 10, format_share),
    "L1d-accesses": _Title("L1d/msg", 12),
    "L1d-misses": _Title("L1d-miss/msg", 5),
    "L1d-miss-rate": _Title("L1d-miss rate", 11, format_share),
    "L1i-misses": _Title("L1i-miss/msg", 8, is_shown_at_zero=False),
    "LLC-misses": _Title("LLC-miss/msg", 6),
    "dTLB-misses": _Title("dTLB-miss/msg", 7),
    "page-faults": _Title("faults/msg", 13, is_shown_at_zero=False),
    "context-switches": _Title("switches/msg", 14, is_shown_at_zero=False),
    "cpu-migrations": _Title("migrations/msg", 15, is_shown_at_zero=False),
    "task-clock": _Title("task-clock/msg", 16, format_ns),
}


def events_tables(run: RunDocument, console: Console, *, by_kind: bool) -> Iterator[RenderableType]:
    """What was counted, what was simulated, each after a line that says so; what could not be."""
    results = [fork.result for fork in run.forks]
    counted = [it for it in results if isinstance(it, CounterPass)]
    simulated = next((it for it in results if isinstance(it, SimulationPass)), None)
    if counted and not _is_worth_a_table(run, counted):
        yield Text(_in_a_line(run), style="dim")
    elif counted:
        estimates = _estimates(counted)
        title = _counted_title(counted)
        yield from _table(run, _counted, title, console, by_kind=by_kind, estimates=estimates)
        yield from (Text(words, style="dim") for words in _notes(counted, run.scenario.counters))
    if simulated is not None:
        if counted:
            yield Text()
        yield from _table(run, _simulated, _simulated_title(simulated), console, by_kind=by_kind)
    for it in run.unsupported:
        yield Text(printable(f"{it.what}: unsupported: {it.reason}"))
        yield Text(printable(f"  {it.remedy}"), style="dim")


def _is_worth_a_table(run: RunDocument, counted: Sequence[CounterPass]) -> bool:
    """Whether the processor has counted anything, or the scenario names what it wants to know."""
    by_processor = any(it.events.keys() & {"instructions", "cycles"} for it in counted)
    return by_processor or run.scenario.counters is not True


def _in_a_line(run: RunDocument) -> str:
    """What the kernel alone counts, which is little."""
    totals = (it.counters for it in run.figures if it.stage == TOTAL and it.counters)
    events = next(totals, None) or {}
    words = (f"{name} {_amount(name, value)}" for name, value in events.items())
    return printable(f"counted by the kernel, a message: {', '.join(words)}")


def _amount(name: str, value: float) -> str:
    return _TITLES[name].text(value) if name in _TITLES else format_count(value)


def _counted(figure: Figure) -> Events:
    return figure.counters


def _simulated(figure: Figure) -> Events:
    return figure.simulated


def _table(
    run: RunDocument,
    events_of: Callable[[Figure], Events],
    title: str,
    console: Console,
    *,
    by_kind: bool,
    estimates: Collection[str] = (),
) -> Iterator[RenderableType]:
    rows = [
        row
        for row in rows_of(run, by_kind=by_kind)
        if row.figure is not None and events_of(row.figure)
    ]
    figures = [row.figure for row in rows if row.figure is not None]
    names = dict.fromkeys(name for it in figures for name in events_of(it) or ())
    order = [*(it for it in _TITLES if it in names), *(it for it in names if it not in _TITLES)]
    columns = [_column(name, events_of, name in estimates) for name in order]
    shown = [column for column in columns if column.is_worth_showing(figures)]
    if not shown:
        return
    yield Text(printable(title))
    fitted = fit(shown, lambda kept: _built(rows, kept, console), console)
    yield fitted.table
    note = fitted.note()
    if note is not None:
        yield note


def _column(name: str, events_of: Callable[[Figure], Events], is_estimate: bool) -> Column:
    title = _TITLES.get(name, _Title(f"{name}/msg", 17))

    def cell(figure: Figure, _: Precision | None) -> Cell:
        value = (events_of(figure) or {}).get(name)
        if value is None:
            return NO_FIGURE
        # What is read at marks is never scaled.
        return Cell(title.text(value), is_doubtful=is_estimate and figure.stage == TOTAL)

    def says_something(figure: Figure) -> bool:
        return title.is_shown_at_zero or bool((events_of(figure) or {}).get(name))

    return Column(printable(title.title), title.rank, cell, says_something)


def _built(rows: Sequence[Row], columns: Sequence[Column], console: Console) -> Table:
    table = empty_table(console)
    table.add_column("stage", overflow="fold")
    for column in columns:
        table.add_column(column.title, justify="right", no_wrap=True)
    for row in rows:
        assert row.figure is not None
        cells = [column.cell(row.figure, None).rendered() for column in columns]
        name = Text("  " * row.depth + printable(row.name))
        table.add_row(name, *cells, style="bold" if row.is_total else "", end_section=row.is_last)
    return table


def _simulated_title(result: SimulationPass) -> str:
    caches = result.caches
    named = {"I1": caches.instructions, "D1": caches.data, "LL": caches.last_level}
    sizes = ", ".join(f"{name} {_cache(cache)}" for name, cache in named.items())
    return (
        f"simulated by {result.valgrind} over {result.messages:,} messages, exact to repeat; "
        f"caches of {caches.source}: {sizes}"
    )


def _cache(cache: Cache) -> str:
    return f"{format_bytes(cache.size_bytes)} {cache.ways}-way"


def _counted_title(results: Sequence[CounterPass]) -> str:
    forks = f"{len(results)} forks" if len(results) > 1 else "1 fork"
    how = "within each message, by rdpmc" if results[0].stages else "before and after all messages"
    return f"counted in {forks}, read {how}"


def _notes(results: Sequence[CounterPass], wanted: bool | tuple[str, ...]) -> Iterator[str]:
    """What in the table is an estimate, and what of that which was asked for by name is not in it.

    That this machine has no counters at all is told once, at the end of a suite.
    """
    shares = _shares(results)
    for event, share in shares.items():
        if share < 1:
            yield printable(
                f"~ {event} had a counter for {format_share(share)} of the time, and is scaled"
            )
    has_hardware = "instructions" in shares or "cycles" in shares
    if wanted is True and not has_hardware:
        return
    for reason, events in unsupported_events(results[:1]).items():
        yield printable(f"{MISSING} {', '.join(events)}: unsupported: {reason}")
    if results[0].stages_unsupported:
        yield printable(f"{MISSING} stages: unsupported: {results[0].stages_unsupported}")


def _shares(results: Sequence[CounterPass]) -> dict[str, float]:
    """The least part of the time for which each event had a counter in any fork."""
    shares: dict[str, float] = {}
    for result in results:
        for event, counted in result.events.items():
            shares[event] = min(counted.share, shares.get(event, 1.0))
    return shares


def _estimates(results: Sequence[CounterPass]) -> set[str]:
    """Events that were scaled, and what is derived of them."""
    scaled = {event for event, share in _shares(results).items() if share < 1}
    return scaled | {name for name, events in RATIOS.items() if scaled.intersection(events)}


def unsupported_events(results: Iterable[CounterPass]) -> dict[str, list[str]]:
    """For each reason, the events that were not counted for it."""
    found: dict[str, dict[str, None]] = {}
    for result in results:
        for event, reason in result.unsupported.items():
            found.setdefault(reason, {})[event] = None
    return {reason: [*events] for reason, events in found.items()}
