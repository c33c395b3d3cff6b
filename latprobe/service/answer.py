"""From what a fork noted to its part of the run document."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from latprobe._core import Histogram
from latprobe.service.series import Times, depth_of, times_of
from latprobe.service.watching import WatchingProbe

if TYPE_CHECKING:
    import numpy.typing as npt

_NO_LAG = -(2**63)


@dataclass(frozen=True)
class Noted:
    """What is known beside what the probe noted.

    Attributes:
        loop: The loop, for people.
        transport: How messages came.
        due_ns: When each was due, by the monotonic clock.
        recorded_lag_ns: How much later than its event time each message of the feed was received
            when it was recorded, -2^63 for one without; None where none has one.
        sender_late: Histogram of how late a server sent messages.
    """

    loop: str
    transport: str
    due_ns: "npt.NDArray[np.int64]"
    recorded_lag_ns: "npt.NDArray[np.int64] | None" = None
    sender_late: str | None = None


def service_pass(probe: WatchingProbe, noted: Noted) -> dict[str, Any]:
    """See `latprobe.run.service.ServicePass`."""
    counts = slice(probe.warmup, None)
    due, received, decided, acknowledged = (
        np.asarray(values, np.int64)[counts]
        for values in (noted.due_ns, probe.received_ns, probe.decided_ns, probe.acknowledged_ns)
    )
    was_decided, was_acknowledged = decided > 0, (acknowledged > 0) & (decided > 0)
    rows = [_row("receive", received - due)]
    rows += [_row(f"{name} wait", it.counted()) for name, it in probe.queue_waits.items()]
    rows += [_row(name, it.counted()) for name, it in probe.timers.items()]
    for name, wait in probe.lock_waits.items():
        rows.append(_row(f"{name} wait", wait.counted()))
        rows.append(_row(f"{name} hold", probe.lock_holds[name].counted()))
    decision = _row("message_to_decision", (decided - received)[was_decided])
    rows.append(decision | {"response": times_of((decided - due)[was_decided])})
    rows.append(_row("decision_to_acknowledged", (acknowledged - decided)[was_acknowledged]))
    base_ns, lags = _message_lags(probe, noted, received - due)
    rows += [_row("message lag", lags), _row("loop lag", probe.loop_lag.counted())]
    return {
        "collector": "service",
        "loop": noted.loop,
        "transport": noted.transport,
        "messages": len(due),
        "decided": int(was_decided.sum()),
        "acknowledged": int(was_acknowledged.sum()),
        "times": [row for row in rows if row["times"]["count"]],
        "depths": [
            {"queue": name, "depth": depth_of(it.counted())}
            for name, it in probe.queue_depths.items()
        ],
        "superseded": probe.superseded_entries,
        "dropped": probe.dropped_entries,
        "errors": dict(probe.failures.counts),
        "error_examples": probe.failures.examples,
        "lag_base_ns": base_ns,
        "sender_late": _decoded(noted.sender_late),
    }


def switch_pass(messages: int, switches: int) -> dict[str, Any]:
    """See `latprobe.run.service.SwitchPass`."""
    return {"collector": "switches", "messages": messages, "switches": switches}


def _row(name: str, values: "npt.NDArray[np.int64]") -> dict[str, Any]:
    return {"row": name, "times": times_of(values)}


def _message_lags(
    probe: WatchingProbe, noted: Noted, late_ns: "npt.NDArray[np.int64]"
) -> tuple[int, "npt.NDArray[np.int64]"]:
    """What each message took when it was recorded, and how late it was now.

    Clocks that disagree may make all of the first negative; the least is taken off then, so that
    what is left is by how much longer than the fastest message each took.
    """
    recorded = noted.recorded_lag_ns
    if recorded is None:
        return 0, np.zeros(0, np.int64)
    # A feed that is shorter than the plan starts anew.
    of_each = np.resize(recorded, probe.messages)[probe.warmup :]
    known = of_each != _NO_LAG
    if not known.any():
        return 0, np.zeros(0, np.int64)
    base_ns = min(0, int(recorded[recorded != _NO_LAG].min()))
    return base_ns, of_each[known] - base_ns + np.maximum(late_ns[known], 0)


def _decoded(late: str | None) -> Times | None:
    """The histogram of a server, which knows no sum but those of its values."""
    if late is None:
        return None
    counts = Histogram.decode(late).counts()
    return Times(
        count=sum(count for _, count in counts),
        sum_ns=float(sum(value * count for value, count in counts)),
        histogram=late,
    )
