"""What came of a run, as a person at a prompt or in a notebook looks at it."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from latprobe.api.stage import Stage, stage_of
from latprobe.comparator import of_whole_message
from latprobe.pipeline.judge_again import judge_again
from latprobe.report.console import console_for
from latprobe.report.failure import failure_text
from latprobe.report.table import print_run
from latprobe.run.find import RUNS, find_run
from latprobe.run.measured import TOTAL
from latprobe.run.model import RunDocument, VerdictRecord, Warning  # noqa: A004
from latprobe.run.store import read_run, write_run

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True, repr=False)
class Result:
    """One run of a scenario, or of callables. It does not change.

    Printed it is the table of `latprobe run`; in a notebook it is that of `latprobe report`, with a
    plot.

    Attributes:
        document: The run document, with everything that was found.
    """

    document: RunDocument

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.document.scenario.name

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages, spans and `total`: what `stage` takes."""
        return tuple(dict.fromkeys(it.stage for it in self.document.figures))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Message kinds that came."""
        kinds = dict.fromkeys(it.kind for it in self.document.figures)
        return tuple(it for it in kinds if it is not None)

    @property
    def verdicts(self) -> tuple[VerdictRecord, ...]:
        """What became of each budget."""
        return self.document.verdicts

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """What makes the figures worth less than they look, and what would help."""
        return self.document.warnings

    @property
    def failures(self) -> tuple[str, ...]:
        """What ended forks early, in words; empty where every fork came to its end."""
        return tuple(
            f"{failure_text(it, it.failure)}: {it.failure.detail}"
            for it in self.document.forks
            if it.failure is not None
        )

    @property
    def passed(self) -> bool:
        """Whether every budget holds for certain, and every fork came to its end."""
        return not self.failures and all(it.verdict == "pass" for it in self.verdicts)

    @property
    def total(self) -> Stage:
        """The whole message."""
        return self.stage(TOTAL)

    def stage(self, name: str, kind: str | None = None) -> Stage:
        """What was measured of a stage, a span (`risk..decide`), or `total`.

        Args:
            name: The stage.
            kind: A message kind; by default all of them.

        Raises:
            RunError: where there is no such stage or kind, with those that there are.
        """
        return stage_of(self.document, name, kind)

    def judged(self, *budgets: str) -> "Result":
        """The same run held to these budgets; one that names no stage is on the whole message.

        What nobody asked for when it was made, and so was not measured, is unproven.

        Raises:
            BudgetError: with the place in a budget, and what was expected there.
        """
        return Result(judge_again(self.document, [of_whole_message(it) for it in budgets]))

    def to_arrow(self) -> "pa.Table":
        """The figures as a table of Arrow, a line for each."""
        from latprobe.api.table import arrow_of  # noqa: PLC0415  # slow to import

        return arrow_of(self.document)

    def to_pandas(self) -> "pd.DataFrame":
        """The same as a DataFrame of pandas.

        Raises:
            RunError: where pandas is not installed.
        """
        from latprobe.api.table import pandas_of  # noqa: PLC0415  # slow to import

        return pandas_of(self.document)

    def save(self, folder: str | Path = RUNS) -> Path:
        """Writes the run document into a folder, where every command of latprobe finds it.

        Raises:
            RunError: where it cannot be written.
        """
        return write_run(self.document, Path(folder))

    @classmethod
    def load(cls, reference: str | Path, folder: str | Path = RUNS) -> Self:
        """A result that was saved.

        Args:
            reference: The path of a run document, its id, or the beginning of its id, which stands
                for the newest.
            folder: Where those are that are named by id.

        Raises:
            RunError: where there is none.
        """
        return cls(read_run(find_run(str(reference), Path(folder))))

    def __repr__(self) -> str:
        text = io.StringIO()
        print_run(self.document, console_for(text, plain=True))
        return text.getvalue().rstrip()

    def _repr_html_(self) -> str:
        # Both draw, which is slow to import.
        from latprobe.report.paper.html import section_html  # noqa: PLC0415
        from latprobe.report.paper.of_runs import run_section  # noqa: PLC0415

        return section_html(run_section(self.document))
