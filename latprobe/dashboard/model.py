"""What the pages show; `data.js` holds it as JSON, under the same names."""

from msgspec import Struct

from latprobe.dashboard.soak_model import SoakRow


class Run(Struct, frozen=True):
    """A run. `group` is the index of its scenario, class of machines and branch."""

    id: str
    started: str
    commit: str
    verdict: str
    group: int
    host: str
    feed: str


class Group(Struct, frozen=True):
    """Runs that are compared with each other."""

    scenario: str
    machine: str
    branch: str


class Series(Struct, frozen=True):
    """A figure of a stage over the runs of a group: `values` are of the runs at those indices."""

    group: int
    stage: str
    figure: str
    unit: str
    runs: tuple[int, ...]
    values: tuple[float, ...]


class Change(Struct, frozen=True):
    """A level that changed between the runs at two indices; `series` is an index as well."""

    series: int
    last_before: int
    first_after: int
    before: float
    after: float
    better: bool
    others: tuple[str, ...]


class Budget(Struct, frozen=True):
    """The verdict on a budget of the latest run of a group."""

    group: int
    budget: str
    verdict: str
    figure: float | None
    limit: float
    unit: str
    reason: str


class Site(Struct, frozen=True):
    """Everything that the pages show.

    Attributes:
        built: When, in UTC.
        week: When the week that changes are told of began, in UTC.
        groups: By scenario.
        latest: For each group the index of its latest run.
        runs: In the order of time.
        series: By group, stage and figure.
        changes: The latest first.
        budgets: Of the latest runs.
        soaks: The latest first.
    """

    built: str
    week: str
    groups: tuple[Group, ...]
    latest: tuple[int, ...]
    runs: tuple[Run, ...]
    series: tuple[Series, ...]
    changes: tuple[Change, ...]
    budgets: tuple[Budget, ...]
    soaks: tuple[SoakRow, ...] = ()
