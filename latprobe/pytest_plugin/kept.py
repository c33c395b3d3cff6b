"""Where runs of tests are written to, and those that they are held against."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from latprobe.api.result import Result
from latprobe.comparator import compare_sides
from latprobe.errors import RunError
from latprobe.pipeline.sides import observed_run
from latprobe.run.change import Comparison
from latprobe.run.model import RunDocument
from latprobe.run.store import read_whole_run, write_run, write_run_as
from latprobe.units import parse_share

_SAVED: Final = "saved"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Kept:
    """The folders of a session.

    Attributes:
        runs: Where run documents land.
        save: Where a copy goes that is found by a name; None where none is asked for.
        base: The folder of runs, or the run, that others are held against; None for none.
        tolerance: What a time may change by and still count as no change.
    """

    runs: Path
    save: Path | None
    base: Path | None
    tolerance: float

    def base_of(self, name: str) -> RunDocument | None:
        """The run that one of that name is held against; None where there is none.

        Raises:
            RunError: where it cannot be read.
        """
        if self.base is None:
            return None
        path = self.base / f"{name}.json" if self.base.is_dir() else self.base
        return read_whole_run(path) if path.exists() else None

    def compared(self, result: Result) -> Comparison | None:
        """A run held against the one that was kept of it; None where there is none.

        Raises:
            RunError: where they are unlike.
        """
        base = self.base_of(result.name)
        if base is None:
            return None
        before, after = observed_run(base, "base"), observed_run(result.document, "new")
        return compare_sides(before, after, tolerance=self.tolerance)

    def keep(self, result: Result) -> Path:
        """Writes a run where runs land, and by its name where that is asked for."""
        if self.save is not None:
            write_run_as(result.document, self.save / f"{result.name}.json")
        return write_run(result.document, self.runs)


def kept_of(config: pytest.Config) -> Kept:
    """The folders that the command line names.

    Raises:
        UsageError: for a name that is none, or of which nothing is kept, or a share that is none.
    """
    option = config.option
    runs = config.rootpath / option.latprobe_results
    saved = runs.parent / _SAVED
    save, compare = option.latprobe_save, option.latprobe_compare
    if save is not None and not _NAME.fullmatch(save):
        raise pytest.UsageError(
            f"--latprobe-save: '{save}' is no name: letters, digits, dots, hyphens and underscores"
        )
    base = None
    if compare is not None:
        is_name = _NAME.fullmatch(compare) and (saved / compare).is_dir()
        base = saved / compare if is_name else config.invocation_params.dir / compare
        if not base.exists():
            raise pytest.UsageError(
                f"--latprobe-compare: nothing is saved as '{compare}' in {saved}, and there is no "
                f"such path: `--latprobe-save {compare}` saves the runs of a session"
            )
    try:
        tolerance = float(parse_share(option.latprobe_tolerance))
    except ValueError as error:
        raise pytest.UsageError(f"--latprobe-tolerance: {error}") from error
    return Kept(runs, None if save is None else saved / save, base, tolerance)


def why_unlike(error: RunError) -> str:
    """Why two runs are not compared, in words for who did not call `latprobe compare`."""
    return str(error).partition(" Measure both alike")[0]
