"""What can go wrong. Each of these ends a command with exit code 2 and one line.

LatprobeError
├── FeedError       a feed, or a file to import as one, is not what it should be
├── ScenarioError   a scenario file says something that cannot be done
├── BudgetError     a budget cannot be read, or asks for a figure that is not there
├── ExpressionError a key expression cannot be read
├── TargetError     a target library cannot be loaded or used
├── RunError        a run document cannot be read or written
├── SoakError       the folder of a soak cannot be read or written
├── HistoryError    the history cannot be opened, or does not hold what is asked of it
└── DashboardError  the dashboard cannot be written

A target that crashes or hangs is not an error of latprobe's: its run says so, and other forks and
scenarios go on.
"""


class LatprobeError(Exception):
    """Base of every error that latprobe reports to its user: one line, what and what to do."""


class FeedError(LatprobeError):
    """A feed, or a file to import as one, is not what it should be.

    Args:
        source: The file.
        offset: Byte offset in the (uncompressed) content, where known.
        problem: What was found there, and what was expected.
    """

    def __init__(self, source: object, offset: int | None, problem: str) -> None:
        self.source = str(source)
        self.offset = offset
        self.problem = problem
        where = self.source if offset is None else f"{self.source}: byte {offset:,}"
        super().__init__(f"{where}: {problem}")


class ScenarioError(LatprobeError):
    """A scenario file says something that cannot be done."""


class BudgetError(LatprobeError):
    """A budget cannot be read, or asks for a figure that is not there."""


class ExpressionError(LatprobeError):
    """A key expression cannot be read."""


class TargetError(LatprobeError):
    """A target library cannot be loaded or used."""


class RunError(LatprobeError):
    """A run document cannot be read or written."""


class SoakError(LatprobeError):
    """The folder of a soak cannot be read or written."""


class HistoryError(LatprobeError):
    """The history cannot be opened, or does not hold what is asked of it."""


class DashboardError(LatprobeError):
    """The dashboard cannot be written."""
