"""Tests are skipped, and do not fail, where the clock cannot be trusted.

The first measure of a session tells, by what `latprobe doctor` would say of its clock: what is
wrong with a machine is wrong with all measures, and looking costs nothing besides.
"""

from typing import Final

import pytest

from latprobe.pipeline.soundness import unsound_findings
from latprobe.run.examination import Finding
from latprobe.run.model import RunDocument

_FOUND: Final = pytest.StashKey[tuple[Finding, ...]]()


def look_at(run: RunDocument, config: pytest.Config) -> None:
    """Keeps what the first run of a session that timed anything says of the clock."""
    if _FOUND not in config.stash and any(it.instrument is not None for it in run.forks):
        config.stash[_FOUND] = tuple(unsound_findings(run))


def skip_where_unsound(config: pytest.Config) -> None:
    """Skips the test in hand where the clock was found to be unsound, unless that is asked for."""
    __tracebackhide__ = True
    found = config.stash.get(_FOUND, ())
    if found and config.getoption("--latprobe-unsound") == "skip":
        words = f"{found[0].name}: {found[0].value}; {found[0].advice}"
        pytest.skip(
            f"the clock cannot be trusted: {words} (--latprobe-unsound=run measures anyway)"
        )
