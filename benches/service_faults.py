"""The faults of the market-making service, and the figure in which each shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True)
class Reading:
    """A figure of a service.

    Attributes:
        row: What is timed.
        quantile: Which percentile, as text; None for the mean.
        is_response: Whether times count from when messages were due.
    """

    row: str
    quantile: str | None = None
    is_response: bool = False

    def __str__(self) -> str:
        figure = "mean" if self.quantile is None else f"p{self.quantile}"
        return f"{self.row}: {'response ' if self.is_response else ''}{figure}"


@dataclass(frozen=True)
class Case:
    """A fault, and where it shows.

    Attributes:
        fault: Its name in the service's configuration.
        reading: The figure.
        settings: What both have besides.
    """

    fault: str
    reading: Reading
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def with_fault(self) -> dict[str, Any]:
        """The configuration of the service with this fault alone."""
        return {**self.settings, "faults": [self.fault]}


_DECISION: Final = "message_to_decision"

DECISION_READINGS: Final = tuple(
    Reading(_DECISION, quantile, is_response=is_response)
    for is_response in (True, False)
    for quantile in ("50", "99", "99.9")
)
"""What the service has to do in time, whatever its faults: from when a message was due, and from
when the service had it."""

CASES: Final = (
    Case("waits_for_consumer", Reading(_DECISION, "90", is_response=True)),
    Case("clones_state", Reading(_DECISION, "50")),
    Case("logs_each_tick", Reading(_DECISION, "50")),
    Case("blocking_event_log", Reading(_DECISION, "99")),
    Case("logs_raw_frames", Reading(_DECISION, "50")),
    Case("publishes_unchanged", Reading("loop lag", "99")),
    # Ticks are missed where something stops the loop, so that something does in both.
    Case(
        "catches_up",
        Reading(_DECISION, "90", is_response=True),
        {"stall_every_s": 0.4, "stall_s": 0.1, "timer_work_s": 0.001},
    ),
    Case("one_lock", Reading("decision_to_acknowledged", "90")),
)
"""A figure over all messages where the fault meets all of them, and a tail where it meets few."""
