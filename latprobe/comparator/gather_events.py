"""Which events a run counted or simulated of a part of a target's work."""

from latprobe.comparator.evidence import Events, Unmeasured
from latprobe.run.events import counted_by_fork, scaled_shares, simulated_sums
from latprobe.run.measured import TOTAL, Measured


def events_of(measured: Measured, row: str, kind: str | None) -> Events | Unmeasured:
    """What was simulated, and what was counted."""
    if row not in (*measured.stages, TOTAL):
        return Unmeasured("events are counted for each stage: set a budget on each")
    why_not = {it.what: f"unsupported: {it.reason}; {it.remedy}" for it in measured.unsupported}
    sums = simulated_sums(measured, row, kind)
    if measured.simulation is not None and sums is None:
        return Unmeasured(f"no message came through {row if kind is None else f'{row}[{kind}]'}")
    return Events(
        simulated=sums.events if sums else {},
        simulated_messages=sums.messages if sums else 0,
        forks=counted_by_fork(measured, row, kind),
        shares=scaled_shares(measured, row),
        absent=_absent(measured, why_not.get("simulated counters", "")),
        why=_why(measured, row, kind, why_not),
    )


def _absent(measured: Measured, simulation: str) -> dict[str, str]:
    """Why each event was not counted, and not simulated either where that was tried."""
    behind = f"; simulated counters are {simulation}" if simulation else ""
    return {
        event: f"unsupported: {reason}{behind}"
        for counters in measured.counters
        for event, reason in counters.unsupported.items()
    }


def _why(measured: Measured, row: str, kind: str | None, why_not: dict[str, str]) -> str:
    if not measured.counters:
        return (
            why_not.get("counters") or why_not.get("simulated counters") or "no counters pass ran"
        )
    if kind is not None:
        return "counters do not tell kinds apart; `simulate = true` in the scenario does"
    reasons = [it.stages_unsupported for it in measured.counters if it.stages_unsupported]
    if row != TOTAL and reasons:
        return f"unsupported: {reasons[0]}"
    return "it was not counted: name it in the scenario's `counters`"
