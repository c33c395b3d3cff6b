"""What can go wrong, and the exit code that each case ends a command with.

LatprobeError                 2
├── FeedError                 2   a feed, or a file to import as one, is not what it should be
├── ScenarioError             2   a scenario file says something that cannot be done
├── BudgetError               2   a budget cannot be read, or asks for a figure that is not there
├── TargetError               2   a target library cannot be loaded or used
├── RunError                  2   a run document cannot be read or written
└── ForkError                 4   the target took its worker process down
    ├── TargetCrashed         4
    ├── TargetHung            4
    └── TargetOutOfMemory     4
"""

from typing import ClassVar


class LatprobeError(Exception):
    """Base of every error that latprobe reports to its user: one line, what and what to do."""

    exit_code: ClassVar[int] = 2


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


class TargetError(LatprobeError):
    """A target library cannot be loaded or used."""


class RunError(LatprobeError):
    """A run document cannot be read or written."""


class ForkError(LatprobeError):
    """The target took its worker process down; what other forks measured is kept."""

    exit_code: ClassVar[int] = 4


class TargetCrashed(ForkError):
    """The worker ended by a signal or with an error."""


class TargetHung(ForkError):
    """No message was finished within the scenario's timeout."""


class TargetOutOfMemory(ForkError):
    """The worker reached its memory limit."""
