"""Audits that are made up, through the real model."""

from dataclasses import replace
from pathlib import Path

import msgspec

from latprobe.run.audit import AuditSettings, ZeroBudget
from latprobe.run.call_sites import (
    CallSite,
    CallSitePass,
    CodeAddress,
    CodeLocation,
    CodeModule,
    CodeStack,
    KindMessages,
    SiteCounts,
)
from latprobe.run.model import Fork, Resources, RunDocument, VerdictRecord
from tests.report_cases import AFTER

ENGINE, LIBC = "/project/target/lib.so", "/usr/lib/libc.so.6"
MODULES = (CodeModule(ENGINE, "ab12"), CodeModule(LIBC, None))
STD = "/rustc/0123abcd/library/alloc/src/string.rs"
CLONE = CodeLocation("<alloc::string::String as core::clone::Clone>::clone", STD, 2100, 9)
FIND = CodeLocation("engine::book::Book::find", "/project/src/book.rs", 57, 12)
APPLY = CodeLocation("engine::book::Book::apply", "/project/src/book.rs", 31, 9)
ENTRY = CodeLocation("latprobe_sdk::export::on_message", "/project/sdk/src/export.rs", 129)
SEND = CodeLocation("engine::route::send", "/project/src/route.rs", 12)
WRITE = CodeLocation("__write")
HOSTILE = CodeLocation("evil\x1b[2J|`;<script>alert(1)</script>\n# x", "/project/src/a|b<i>.rs", 3)

ADDRESSES = (
    CodeAddress(0, 0x10, (CLONE, FIND), 4),
    CodeAddress(0, 0x20, (APPLY,), 8),
    CodeAddress(0, 0x30, (ENTRY,), 12),
    CodeAddress(1, 0x40, (WRITE,), 3),
    CodeAddress(0, 0x50, (SEND,), 3),
    CodeAddress(0, 0x60, (HOSTILE,), 3),
    CodeAddress(0, 0x1A2B),
)
STACKS = (
    CodeStack((0, 1, 2), True),
    CodeStack((3, 4, 2), True),
    CodeStack((5, 2), True),
    CodeStack((6,), False),
)
SITES = (
    CallSite(0, "book", "add_order", SiteCounts(150, 0, 0, 900, 6, 6, freed_within=50)),
    CallSite(0, "book", "heartbeat", SiteCounts(50, 0, 10, 1_600, 6, 160, freed_within=50)),
    CallSite(1, "route", "add_order", SiteCounts(system_calls=100), 1),
    CallSite(2, None, "add_order", SiteCounts(frees=100, locks=25)),
    CallSite(3, "decide", "add_order", SiteCounts(1, 0, 0, 64, 64, 64)),
)
PASS = CallSitePass(
    messages=100,
    kinds=(KindMessages("add_order", 88), KindMessages("heartbeat", 12)),
    counted=SiteCounts(201, 100, 10, 2_564),
    modules=MODULES,
    addresses=ADDRESSES,
    stacks=STACKS,
    sites=SITES,
    unplaced=SiteCounts(),
)
SETTINGS = AuditSettings(
    "/project",
    zero_budgets=(
        ZeroBudget("risk..decide: allocations == 0", "allocations", "risk", "decide", None),
    ),
)
VERDICT = VerdictRecord(
    "risk..decide: allocations == 0", "fail", 0.01, (0.01, 0.01), 0.0, "", "1 allocation"
)


def audit_of(found: CallSitePass = PASS, settings: AuditSettings = SETTINGS) -> RunDocument:
    """An audit of the engine with these call sites."""
    run = replace(
        AFTER,
        times={},
        costs_ns=(),
        allocations={},
        harness_cost_ns=None,
        verdicts=(VERDICT,),
    ).document()
    resources = Resources(0.5, 0.4, 0.1, 30 * 2**20, 100, 0, 1, 2)
    forks = (Fork("callsites", 0, 1, resources, result=found),)
    target = msgspec.structs.replace(run.scenario.target, library=ENGINE)
    scenario = msgspec.structs.replace(run.scenario, target=target)
    return msgspec.structs.replace(run, forks=forks, audit=settings, scenario=scenario)


def at_hand(folder: Path) -> RunDocument:
    """The same audit, with the source of the book where the audit says that it is."""
    source = folder / "src" / "book.rs"
    source.parent.mkdir(exist_ok=True)
    lines = [f"    // line {number}" for number in range(1, 60)]
    lines[56] = "    self.levels.find(symbol.clone()) // \x1b[31m"
    source.write_text("\n".join(lines))
    moved = [
        msgspec.structs.replace(it, locations=tuple(_moved(at, folder) for at in it.locations))
        for it in ADDRESSES
    ]
    found = msgspec.structs.replace(PASS, addresses=tuple(moved))
    return audit_of(found, msgspec.structs.replace(SETTINGS, root=str(folder)))


def _moved(location: CodeLocation, folder: Path) -> CodeLocation:
    if location.file is None:
        return location
    file = location.file.replace("/project", str(folder))
    return msgspec.structs.replace(location, file=file)
