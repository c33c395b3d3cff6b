"""What a soak's page shows; a file of its own under `soaks/` holds it as JSON."""

from msgspec import Struct


class SoakBudget(Struct, frozen=True):
    """The verdict on a budget."""

    budget: str
    verdict: str
    figure: float | None
    limit: float
    unit: str
    reason: str


class SoakRow(Struct, frozen=True):
    """What lists of soaks show.

    Attributes:
        file: The file with the rest of it, without `.js`; empty where there is none.
        name: Its folder, under that of the results: what links call it.
        state: How it ended, or that it has not.
        verdict: The worst of its budgets', `crashed`, or `none`.
        problem: Why it cannot be shown; empty otherwise.
    """

    file: str
    name: str
    scenario: str = ""
    machine: str = ""
    branch: str = ""
    commit: str = ""
    host: str = ""
    started: str = ""
    state: str = ""
    verdict: str = "none"
    broken: tuple[SoakBudget, ...] = ()
    soaked_s: float = 0.0
    planned_s: float = 0.0
    messages: float = 0.0
    problem: str = ""


class Stage(Struct, frozen=True):
    """The times of a stage, of `total`, or of `response`.

    Attributes:
        name: As the target calls it.
        messages: How many there are in all.
        whole_ns: Quantiles of all of them.
        quantiles_ns: The same, a row for each column of time; NaN without a message.
        buckets: For each column, where it has messages the number of the lowest bucket with any,
            then the messages in it and in those above.
    """

    name: str
    messages: int
    whole_ns: tuple[float, ...]
    quantiles_ns: tuple[tuple[float, ...], ...]
    buckets: tuple[tuple[int, ...], ...]


class Moment(Struct, frozen=True):
    """Something that happened, so many seconds after the start."""

    elapsed_s: float
    words: str


class SoakView(Struct, frozen=True):
    """A soak.

    Attributes:
        started_ms: In Unix milliseconds.
        facts: What it was of, by name.
        intervals: How many there are.
        starts_s: Of columns of time, since the start.
        ends_s: The same.
        edges_ns: Where buckets of latency begin, and the last one ends.
        quantiles: The names of quantiles.
        stages: In the order of the target's, behind `response` and `total`.
        panels: Other figures of the columns, by name; NaN where nothing is known.
        resumed: Where it was started again.
        notices: What happened to the soak itself.
        budgets: What was found for them, so far.
        problems: What of it cannot be read.
    """

    started_ms: float
    facts: tuple[tuple[str, str], ...]
    intervals: int
    starts_s: tuple[float, ...]
    ends_s: tuple[float, ...]
    edges_ns: tuple[float, ...]
    quantiles: tuple[str, ...]
    stages: tuple[Stage, ...]
    panels: dict[str, tuple[float, ...]]
    resumed: tuple[Moment, ...]
    notices: tuple[Moment, ...]
    budgets: tuple[SoakBudget, ...]
    problems: tuple[str, ...]
