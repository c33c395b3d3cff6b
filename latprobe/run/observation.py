"""What a run knows of a figure, as far as another run can be held against it.

A run document holds histograms; this is the little of it that a comparison needs, and that a
baseline keeps.
"""

from msgspec import Struct

from latprobe.run.change import Side

Key = tuple[str, str | None, str]
"""By which a figure is found on another side: stage, kind and name."""


class Observation(Struct, frozen=True, omit_defaults=True):
    """One figure of one side.

    Attributes:
        stage: A stage, a span, `total`, or another row of the run's table.
        kind: The message kind; null for all messages.
        figure: As budgets write it.
        unit: As in `Change`.
        value: The figure over all forks; null where there is none.
        forks: Its value in each fork; empty for what was counted exactly.
        within: The standard error of its logarithm that the samples alone leave open.
        step: The step that single values are rounded to, in the same unit.
        exact: Whether it was counted or simulated, and so has no uncertainty.
        simulated: Whether it is a simulation's.
        problem: Why it cannot be held against another, as a clause; empty where it can.
        advice: What would help.
        share: The part of the time of all messages that is spent in its scope.
    """

    stage: str
    kind: str | None
    figure: str
    unit: str
    value: float | None = None
    forks: tuple[float, ...] = ()
    within: float = 0.0
    step: float = 0.0
    exact: bool = False
    simulated: bool = False
    problem: str = ""
    advice: str = ""
    share: float = 1.0

    @property
    def key(self) -> Key:
        """By which it is found on another side."""
        return self.stage, self.kind, self.figure


class Conditions(Struct, frozen=True):
    """What has to be alike for times of two sides to say something about the code.

    Attributes:
        machine: By name: processor, number of CPUs, virtual or not, governor, system, clock.
        feed: The digest of the feed's payloads.
        settings: The scenario's settings of how messages are driven, by name.
        digest: What the target understood: for each kind messages and checksum.
        allocator: What stood in for libc's malloc, by name; empty for libc's. Sides that are
            compared may differ in it, which is said.
        allocator_sha256: The digest of its file.
    """

    machine: dict[str, str]
    feed: str
    settings: dict[str, str]
    digest: dict[str, str]
    allocator: str = ""
    allocator_sha256: str = ""


class Observed(Struct, frozen=True):
    """One side of a comparison: who it is, under which conditions, and what was seen."""

    side: Side
    conditions: Conditions
    observations: tuple[Observation, ...]
    budgets: tuple[str, ...] = ()
