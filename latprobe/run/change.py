"""What changed from one side to another: the document that every comparison ends in.

Its JSON schema is `comparison.schema.json` beside this file, and is checked against it. Amounts are
in the figure's own unit: nanoseconds (`ns`), bytes (`B`), messages a second (`/s`), a share from 0
to 1 (`share`), or a plain count (an empty unit).
"""

from typing import Final, Literal

from msgspec import Struct

COMPARISON_VERSION: Literal[1] = 1

Status = Literal["worse", "better", "no change", "unproven", "new", "gone"]
"""What became of a figure.

- `worse`, `better`: the whole interval of the ratio is on one side of 1, or counts differ;
- `no change`: the whole interval is within the tolerance, or counts are the same;
- `unproven`: neither can be said;
- `new`, `gone`: one of the sides alone has it.
"""

TAIL: Final = "tail"
"""The figure of how many messages are beyond a time that follows from both sides of pairs."""

Method = Literal["paired", "unpaired"]
"""Forks of both sides in one session, in pairs; or two runs, each with forks of its own."""


class Side(Struct, frozen=True):
    """One of two things that were compared.

    Attributes:
        label: What tables call it: `base`, `new`, `a`, `b`.
        run: The id of its run document; empty where there is none.
        scenario: The scenario's name.
        target: The target's name.
        library: The library that it was loaded from.
        library_sha256: That file's digest.
        git_revision: Where the library says it.
        feed: The feed's name.
        feed_sha256: Digest of its payloads.
        machine: Its class in words: whatever has to be alike for times to be compared.
        forks: How many forks timed the messages.
        started: When, as ISO 8601; empty where it is not known.
        family: Of targets that understand a feed alike; empty where it is not known.
    """

    label: str
    run: str
    scenario: str
    target: str
    library: str
    library_sha256: str
    git_revision: str | None
    feed: str
    feed_sha256: str
    machine: str
    forks: int
    started: str = ""
    family: str = ""


class Change(Struct, frozen=True):
    """One figure on both sides.

    Attributes:
        stage: A stage, a span, `total`, or another row of the run's table.
        kind: The message kind; null for all messages.
        figure: As budgets write it: `p99`, `response p99.9`, `allocations`.
        unit: Of `before` and `after`, see above.
        status: What became of it.
        words: The same for people: `slower by 3.1 % [1.8, 4.4]`.
        before: The figure on the first side; null where there is none, or only a bound.
        after: The same on the second.
        ratio: `after` for one of `before`; null where one of them is not there, or 0.
        interval: Where the ratio lies, at the level that the figure was tested at, so that it holds
            no 1 just where a change is proven; null where there is none.
        exact: Whether it was counted or simulated, and so has no uncertainty.
        simulated: Whether it is a simulation's, and not the processor's.
        key: Whether it decides about the exit code even where it is unproven.
        tolerance: The part that it may change by and still count as no change; 0 for exact ones.
        importance: Changes are ordered by it, the most important first.
        reason: Why it is unproven; empty otherwise.
        advice: What would help; empty where nothing is missing.
        budgets: Limits that the second side's scenario sets on it: `< 50ns`.
    """

    stage: str
    kind: str | None
    figure: str
    unit: str
    status: Status
    words: str
    before: float | None = None
    after: float | None = None
    ratio: float | None = None
    interval: tuple[float, float] | None = None
    exact: bool = False
    simulated: bool = False
    key: bool = False
    tolerance: float = 0.0
    importance: float = 0.0
    reason: str = ""
    advice: str = ""
    budgets: tuple[str, ...] = ()

    @property
    def scope(self) -> str:
        """As a budget names it: `parse`, `parse[trade]`."""
        return self.stage if self.kind is None else f"{self.stage}[{self.kind}]"

    @property
    def name(self) -> str:
        """Scope and figure, as a budget begins: `parse[trade]: p99`."""
        return f"{self.scope}: {self.figure}"


class Finding(Struct, frozen=True):
    """One sentence about what changed, with its figures, and what it is about.

    Attributes:
        words: The sentence.
        stage: The stage; empty for the whole.
        kind: The message kind; null for all messages.
        topic: What it is about.
    """

    words: str
    stage: str
    kind: str | None
    topic: Literal["stage", "kind", "shift", "mode", "tail", "counts", "platform", "digest"]


class Pairing(Struct, frozen=True):
    """How forks of both sides were paired in one session, and how long.

    Attributes:
        pairs: How many pairs of forks there were, for each of cost and latency.
        seed: Which side began in which pair follows from it.
        turn_messages: Messages in a turn, after which the other fork has its own; 0 where forks ran
            one after the other.
        budget_s: The time that could have been used, in seconds.
        most_pairs: The number of pairs that could have been run; null for as many as fit.
        looks: The parts of the budget at which was looked, up to where it ended.
        decided: Whether it ended since the question was decided, and not by the budget.
        chunks: Chunks of messages whose cost was held against the other side's.
        disturbed_chunks: Those that were left out, since the kernel gave the CPU to another program
            in one of both forks.
    """

    pairs: int
    seed: int
    turn_messages: int
    budget_s: float
    most_pairs: int | None
    looks: tuple[float, ...]
    decided: bool
    chunks: int
    disturbed_chunks: int


class Comparison(Struct, frozen=True):
    """Everything that was found by holding two sides against each other.

    Attributes:
        before: The first side.
        after: The second.
        method: How their forks were run.
        tolerance: The part that a timed figure may change by and still count as no change.
        confidence: 1 minus the rate of false alarms over all figures together.
        changes: All figures, the most important first.
        unlike: In what the sides differ that makes times hard to compare; it was compared anyway.
        notes: What else has to be known.
        findings: What explains the changes; empty where it was not asked for.
        seconds: How long it was measured; 0 for documents of earlier runs.
        pairing: How forks were paired; null where they were not.
        latprobe_version: By which latprobe.
        schema_version: Of this document.
    """

    before: Side
    after: Side
    method: Method
    tolerance: float
    confidence: float
    changes: tuple[Change, ...]
    unlike: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    pairing: Pairing | None = None
    latprobe_version: str = ""
    schema_version: Literal[1] = COMPARISON_VERSION

    def of_status(self, status: Status) -> tuple[Change, ...]:
        """The changes of one status, the most important first."""
        return tuple(it for it in self.changes if it.status == status)
