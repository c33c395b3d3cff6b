"""Builds of commits, each kept until the search is over."""

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from latprobe.bisect.bisection import Commit
from latprobe.cli.revision import built
from latprobe.pipeline.feeds import Notice


@dataclass
class Builds:
    """Makes builds while `trees` is open, and counts them.

    Attributes:
        command: The build's command.
        library: What it builds, in the commit's tree.
        trees: What removes them again.
        notice: Told what takes a while.
        count: How many were started.
    """

    command: str
    library: Path
    trees: ExitStack
    notice: Notice
    count: int = 0

    def of(self, commit: Commit) -> Path:
        """The library of a commit.

        Raises:
            ScenarioError: for a build that fails, or builds no such library.
        """
        self.count += 1
        made = built(commit.sha[:16], self.command, self.library, self.notice)
        return self.trees.enter_context(made).library


def digest_of(library: Path) -> str:
    """By which two builds are the same."""
    return hashlib.sha256(library.read_bytes()).hexdigest()
