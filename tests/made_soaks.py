"""Folders of soaks that are made up, by those who write real ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from latprobe import _core
from latprobe.run.instrument import Calibration, ClockReading, Instrument
from latprobe.run.model import VerdictRecord
from latprobe.run.soak_document import Notice, Part, SoakDocument, SoakSettings
from latprobe.run.soak_interval import (
    AllocationTotals,
    Interval,
    PlatformStalls,
    ProcessState,
    SoakInterval,
    TaggedTimes,
)
from latprobe.soak.folder import create_folder
from tests.history import DOCUMENT

Counts = Mapping[int, int]
INSTRUMENT = Instrument(ClockReading("tsc", 1e9, 10.0, 8.0), Calibration(0.0, 0.1, 1.0, 0.5))


@dataclass(frozen=True)
class MadeSoak:
    """What is made up of a soak: times of each interval by tag, and where it was resumed.

    Attributes:
        name: The scenario's.
        started: When.
        intervals: Of each the counts of times in nanoseconds, by tag.
        stages: What the target calls its own.
        resumed: The interval that a pause of a minute was before; None for none.
        verdicts: On its budgets.
        ended: Whether it came to its end.
        notice: What happened to it.
        branch: The target's.
    """

    name: str
    started: datetime
    intervals: tuple[Mapping[str, Counts], ...]
    stages: tuple[str, ...] = ("parse",)
    resumed: int | None = None
    verdicts: tuple[VerdictRecord, ...] = ()
    ended: bool = True
    notice: str = ""
    branch: str = "main"

    def document(self) -> SoakDocument:
        parts = [Part(self.started.isoformat(), 0.0, 0, INSTRUMENT)]
        if self.resumed is not None:
            parts.append(Part(self.started.isoformat(), self.resumed * 10.0 + 60.0, 7, INSTRUMENT))
        return SoakDocument(
            schema_version=1,
            id=f"{self.name}-{self.started:%Y%m%dT%H%M%S}Z",
            started=self.started.isoformat(),
            latprobe_version="1",
            scenario=replace(DOCUMENT.scenario, name=self.name),
            target=replace(DOCUMENT.target, stages=self.stages, git_branch=self.branch),
            feeds=(DOCUMENT.feed,),
            machine=DOCUMENT.machine,
            settings=SoakSettings(3_600.0, 10.0),
            parts=tuple(parts),
            notices=(Notice(5.0, self.notice),) if self.notice else (),
            ended=self.started.isoformat() if self.ended else None,
            verdicts=self.verdicts,
        )

    def write(self, results: Path, folder: str = "soak") -> Path:
        """Writes it as `latprobe soak` does; answers its folder."""
        results.mkdir(parents=True, exist_ok=True)
        kept = create_folder(results, self.document())
        for number, times in enumerate(self.intervals):
            if number == self.resumed:
                kept.elapsed_s += 60.0
            assert kept.take(_interval(number, times)) is None
        kept.close()
        path = results / folder
        path.parent.mkdir(parents=True, exist_ok=True)
        return kept.path.rename(path)


def started_now() -> datetime:
    """This minute."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


def _interval(number: int, times: Mapping[str, Counts]) -> SoakInterval:
    count = sum(next(iter(times.values())).values()) if times else 0
    return SoakInterval(
        Interval(
            start_unix_ns=number,
            wall_step_ns=0.0,
            seconds=10.0,
            messages=count,
            last_sequence=number,
            recorded=count,
            settling=0,
            errors=0,
            rounds=1,
            late=0,
            late_by_platform=0,
            late_by_driver=0,
            stalls_in_waiting=2,
            stalled_in_waiting_ns=3_000.0,
            paused_ns=0.0,
            longest_pause_ns=0.0,
            heap_bytes=1_000_000 + number,
            heap_floor_bytes=None,
            allocated=AllocationTotals(0, 0, 0, 0),
            cpu_s=1.0,
            minor_faults=0,
            major_faults=0,
            voluntary_switches=0,
            involuntary_switches=0,
            worst=None,
            times=tuple(_tagged(*it) for it in times.items()),
        ),
        ProcessState(50_000_000 + number, 4, 9, 60_000_000, None),
        PlatformStalls(1e10, 5, 20_000.0 + number, 50_000.0, 0, 0.0),
    )


def _tagged(tag: str, counts: Counts) -> TaggedTimes:
    histogram = _core.Histogram()
    for value_ns, times in counts.items():
        histogram.record(value_ns, times)
    total = float(sum(value * times for value, times in counts.items()))
    return TaggedTimes(tag, histogram.count, total, histogram.max, histogram.encode())
