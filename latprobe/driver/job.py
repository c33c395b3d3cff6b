"""What the worker of a fork is asked to do."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latprobe.driver.driving import CLOSED
from latprobe.driver.turns import Turns
from latprobe.run.layout import Layout
from latprobe.run.model import Collector, Condition

if TYPE_CHECKING:
    from latprobe.callables.job import CallablesJob
    from latprobe.service.job import ServiceJob


@dataclass(frozen=True)
class Job:
    """What a worker is asked to do; see `latprobe.driver.worker`."""

    collector: Collector
    index: int
    library: str
    target: str
    config: str
    feed: Path
    batches: tuple[tuple[int, int, int, int, int], ...]
    warmup: int
    measured: int
    span: tuple[int, int] | None
    sequences: tuple[int, ...]
    cpu: int | None
    clock: str
    memory_bytes: int | None
    timeout_s: float
    condition: Condition = "warm"
    driving: str = CLOSED
    worker_cpus: tuple[int, ...] = ()
    events: tuple[str, ...] = ()
    layout: Layout | None = None
    turns: Turns | None = None
    callables: "CallablesJob | None" = None
    """What is called, where that is Python and no library."""
    capture: Path | None = None
    """Where memray's own file of a call-site pass is kept."""
    service: "ServiceJob | None" = None
    """What is run, where that is an asyncio service and no library."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Variables of the fork's environment, beside this process's."""
    allocator: Path | None = None
    """What stands in for libc's malloc."""

    def message(self, result_path: Path, progress_fd: int) -> bytes:
        """The job as the worker reads it."""
        message: dict[str, Any] = {
            "collector": self.collector,
            "callables": self.callables,
            "capture": None if self.capture is None else str(self.capture),
            "service": self.service,
            "library": self.library,
            "target": self.target,
            "config": self.config,
            "feed": str(self.feed),
            "batches": self.batches,
            "warmup": self.warmup,
            "measured": self.measured,
            "span": self.span,
            "sequences": self.sequences,
            "driving": self.driving,
            "events": self.events,
            "cpu": self.cpu,
            "worker_cpus": self.worker_cpus,
            "clock": self.clock,
            "heap_bytes": 0 if self.layout is None else self.layout.heap_bytes,
            "turns": self.turns,
            "memory_bytes": self.memory_bytes,
            "result": str(result_path),
            "progress_fd": progress_fd,
        }
        return json.dumps(message).encode()
