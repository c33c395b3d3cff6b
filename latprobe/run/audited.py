"""Call sites folded down to the target's own lines: what an audit shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Final

from latprobe.run.audit import AuditSettings, ZeroBudget
from latprobe.run.call_sites import (
    CallSite,
    CallSitePass,
    CodeAddress,
    CodeLocation,
    CodeStack,
    SiteCounts,
)
from latprobe.run.model import RunDocument
from latprobe.run.own_code import is_own

UNKNOWN: Final = "?"


@dataclass(frozen=True)
class Place:
    """A line of the target's own, or the nearest thing to it that is known.

    Attributes:
        function: Its name; `?` where none is known.
        file: Relative to where the audit was run, where it is below that; None where no file is
            known.
        line: From 1.
        module: The file that the code was loaded from.
        offset: The address in that file.
        path: The whole path of the file.
    """

    function: str
    file: str | None
    line: int | None
    module: str
    offset: int
    path: str | None = None

    @property
    def text(self) -> str:
        """`src/engine.rs:57`, or `libengine.so+0x1a2b` where the file does not say."""
        if self.file is None:
            return f"{PurePosixPath(self.module).name}+{self.offset:#x}"
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class AuditRow:
    """What one line of the target's own asked for, in one stage.

    Attributes:
        place: The line.
        stage: None after the last mark.
        hop: The queue that the thread took its message from; None on the thread that drives.
        kinds: Of the messages that came here; None for those that were not understood.
        counts: Sums over the pass.
        messages: How many messages the amounts are shared out among.
        share: Of all allocations and reallocations of the pass.
        calls: What the line called, the costliest first: `alloc::string::String::clone`.
        critical: Budgets of zero that are broken here.
        stacks: Indices of the stacks.
    """

    place: Place
    stage: str | None
    kinds: tuple[str | None, ...]
    counts: SiteCounts
    messages: int
    share: float
    calls: tuple[str, ...]
    critical: tuple[str, ...]
    stacks: tuple[int, ...]
    hop: str | None = None

    def each(self, amount: int) -> float:
        """An amount for each message."""
        return amount / self.messages if self.messages else 0.0


@dataclass
class _Gathered:
    functions: dict[str, None] = field(default_factory=dict)
    counts: SiteCounts = field(default_factory=SiteCounts)
    kinds: dict[str | None, None] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    stacks: dict[int, None] = field(default_factory=dict)
    critical: dict[str, None] = field(default_factory=dict)


def call_sites_of(run: RunDocument) -> CallSitePass | None:
    """The call-site pass of an audit; None for other runs, and where its fork failed."""
    return next((it.result for it in run.forks if isinstance(it.result, CallSitePass)), None)


def audit_rows(run: RunDocument, *, by_kind: bool = False) -> list[AuditRow]:
    """A row for each line and stage, the costliest first; for each kind, too, if wanted.

    Empty for a run that is no audit.
    """
    found = call_sites_of(run)
    if found is None:
        return []
    settings = run.audit or AuditSettings("/")
    places = [place_of(stack, found, run, settings) for stack in found.stacks]
    gathered: dict[tuple[Place, str | None, str | None, str | None], _Gathered] = {}
    for site in found.sites:
        place, call = places[site.stack]
        # What the compiler made of one line (closures, one function for each type) is one place.
        kind = site.kind if by_kind else None
        key = (replace(place, function=""), site.stage, site.hop, kind)
        into = gathered.setdefault(key, _Gathered())
        into.functions[_plain(place.function)] = None
        _gather(into, site, call, settings, run.target.stages)
    of_kind = {it.kind: it.messages for it in found.kinds}
    asked = sum(it.counts.allocations + it.counts.reallocations for it in found.sites)
    rows = [
        _row(
            replace(place, function=min(it.functions, key=len)),
            stage,
            hop,
            it,
            of_kind[kind] if by_kind else found.messages,
            asked,
        )
        for (place, stage, hop, kind), it in gathered.items()
    ]
    return sorted(rows, key=lambda row: (_cost(row.counts), row.place.text), reverse=True)


def place_of(
    stack: CodeStack, found: CallSitePass, run: RunDocument, settings: AuditSettings
) -> tuple[Place, str]:
    """The innermost line of the target's own on a stack, and what it called.

    Where a stack has none, the innermost function of the target's library, and else of all.
    """
    frames = [*frames_of(stack, found)]
    target = target_module(found, run)
    call = ""
    for number, (address, location) in enumerate(frames):
        module = _module(address, found)
        if location is not None and is_own(location, module, target, settings.own):
            place = _place(address, location, found, settings)
            return _named(place, frames[number + 1 :]), call or location.function
        call = call if location is None else location.function
    inside = [it for it in frames if _module(it[0], found) == target] or frames
    if not inside:
        return Place(UNKNOWN, None, None, UNKNOWN, 0), UNKNOWN
    return _place(*inside[0], found, settings), call or UNKNOWN


def _named(place: Place, outer: Sequence[tuple[CodeAddress, CodeLocation | None]]) -> Place:
    """A closure with the name of the function that it stands in: the next outwards in its file."""
    if not place.function.startswith("{"):
        return place
    around = next(
        (
            it.function
            for _, it in outer
            if it is not None and it.file == place.path and not it.function.startswith("{")
        ),
        None,
    )
    return place if around is None else replace(place, function=f"{around}::{place.function}")


def frames_of(
    stack: CodeStack, found: CallSitePass
) -> Iterator[tuple[CodeAddress, CodeLocation | None]]:
    """Each function on a stack, innermost first, inlined ones among them; None for one unknown."""
    for index in stack.addresses:
        address = found.addresses[index]
        for location in address.locations or (None,):
            yield address, location


def target_module(found: CallSitePass, run: RunDocument) -> str:
    """The path that the target's library was loaded from."""
    name = PurePosixPath(run.scenario.target.library).name
    return next((it.path for it in found.modules if PurePosixPath(it.path).name == name), "")


def shown_path(file: str, settings: AuditSettings) -> str:
    """A file as it is shown: relative to where the audit was run, where it is below that."""
    path, root = PurePosixPath(file), PurePosixPath(settings.root)
    return str(path.relative_to(root)) if path.is_relative_to(root) else file


def _plain(function: str) -> str:
    """Without the types that it was made for, where they stand behind its name."""
    is_made_for_types = function.endswith(">") and "operator" not in function
    return (is_made_for_types and function.partition("<")[0]) or function


def _gather(
    into: _Gathered,
    site: CallSite,
    call: str,
    settings: AuditSettings,
    stages: Sequence[str],
) -> None:
    into.counts = added(into.counts, site.counts)
    into.kinds[site.kind] = None
    into.calls[call] = into.calls.get(call, 0) + sum(_cost(site.counts))
    into.stacks[site.stack] = None
    for budget in settings.zero_budgets:
        if _breaks(site, budget, stages):
            into.critical[budget.text] = None


def _breaks(site: CallSite, budget: ZeroBudget, stages: Sequence[str]) -> bool:
    if getattr(site.counts, budget.counted) == 0 or budget.kind not in (None, site.kind):
        return False
    if budget.first not in stages:
        return True  # the whole message
    first, last = stages.index(budget.first), stages.index(budget.last)
    return site.stage in stages[first : last + 1]


def _row(
    place: Place, stage: str | None, hop: str | None, it: _Gathered, messages: int, asked: int
) -> AuditRow:
    own = it.counts.allocations + it.counts.reallocations
    return AuditRow(
        place=place,
        stage=stage,
        kinds=tuple(it.kinds),
        counts=it.counts,
        messages=messages,
        share=own / asked if asked else 0.0,
        calls=tuple(sorted(it.calls, key=lambda call: -it.calls[call])),
        critical=tuple(it.critical),
        stacks=tuple(it.stacks),
        hop=hop,
    )


def _cost(counts: SiteCounts) -> tuple[int, ...]:
    asked = counts.allocations + counts.reallocations
    return asked, counts.bytes, counts.frees, counts.system_calls, counts.locks


def added(one: SiteCounts, other: SiteCounts) -> SiteCounts:
    """Both together."""
    sized = [it for it in (one, other) if it.allocations + it.reallocations]
    return SiteCounts(
        allocations=one.allocations + other.allocations,
        frees=one.frees + other.frees,
        reallocations=one.reallocations + other.reallocations,
        bytes=one.bytes + other.bytes,
        least_bytes=min((it.least_bytes for it in sized), default=0),
        most_bytes=max((it.most_bytes for it in sized), default=0),
        freed_within=one.freed_within + other.freed_within,
        locks=one.locks + other.locks,
        system_calls=one.system_calls + other.system_calls,
    )


def _place(
    address: CodeAddress,
    location: CodeLocation | None,
    found: CallSitePass,
    settings: AuditSettings,
) -> Place:
    module = _module(address, found)
    if location is None:
        return Place(UNKNOWN, None, None, module, address.address)
    file = None if location.file is None else shown_path(location.file, settings)
    # Several calls of one line are one place; where no line is known, each call is one.
    offset = address.address if file is None or location.line is None else 0
    return Place(location.function, file, location.line, module, offset, location.file)


def _module(address: CodeAddress, found: CallSitePass) -> str:
    return UNKNOWN if address.module is None else found.modules[address.module].path
