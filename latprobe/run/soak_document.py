"""What a soak is about, and how it went: all that is in no series."""

from msgspec import Struct

from latprobe.run.instrument import Instrument
from latprobe.run.model import Failure, FeedRecord, Machine, TargetRecord, VerdictRecord
from latprobe.scenario import Scenario


class SoakSettings(Struct, frozen=True):
    """How long, in what intervals, and what is done to it on purpose.

    `cores`: whether the kernel may keep a core of a target that crashes.
    """

    duration_s: float
    interval_s: float
    warmup: int = 0
    stress: tuple[str, ...] = ()
    cores: bool = False


class Part(Struct, frozen=True):
    """From a start, or a resumption, on.

    `elapsed_s` is where it begins, counted from the start of the soak, and `since_boot_s` the same
    counted from that boot of the machine.
    """

    started: str
    elapsed_s: float
    first_sequence: int
    instrument: Instrument
    boot_id: str = ""
    since_boot_s: float = 0.0


class Notice(Struct, frozen=True):
    """Something that happened to the soak itself."""

    elapsed_s: float
    words: str


class SoakDocument(Struct, frozen=True):
    """All that is not in a series.

    `ended` is None of a soak that runs, or was killed. `lost_intervals` could not be written.
    """

    schema_version: int
    id: str
    started: str
    latprobe_version: str
    scenario: Scenario
    target: TargetRecord
    feeds: tuple[FeedRecord, ...]
    machine: Machine
    settings: SoakSettings
    budgets: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    notices: tuple[Notice, ...] = ()
    ended: str | None = None
    ended_by: str | None = None
    failure: Failure | None = None
    lost_intervals: int = 0
    verdicts: tuple[VerdictRecord, ...] = ()
