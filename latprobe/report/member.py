"""One target among those of its family."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from latprobe.report.precision import Precision, precision_of
from latprobe.run.measured import TOTAL
from latprobe.run.model import Figure, RunDocument

_BEFORE: Final = "before"


@dataclass(frozen=True)
class Member:
    """A run beside others on the same feed.

    Attributes:
        run: The run.
        name: The target's; the scenario's where several runs have the same target.
        total: Figures of whole messages; None where nothing was measured.
        kinds: Figures of whole messages of each kind.
        precision: How fine its figures are.
    """

    run: RunDocument
    name: str
    total: Figure | None
    kinds: dict[str, Figure]
    precision: Precision | None


def members_of(runs: Sequence[RunDocument]) -> list[Member]:
    """The runs of a family on one feed, in their order, but the *before* first.

    What was written first is what the others are held against, however files are sorted.
    """
    runs = sorted(runs, key=lambda run: _BEFORE not in run.target.name)
    names = Counter(run.target.name for run in runs)
    return [
        Member(
            run=run,
            name=run.target.name if names[run.target.name] == 1 else run.scenario.name,
            total=next((it for it in _totals(run) if it.kind is None), None),
            kinds={it.kind: it for it in _totals(run) if it.kind is not None},
            precision=precision_of(run),
        )
        for run in runs
    ]


def _totals(run: RunDocument) -> list[Figure]:
    return [figure for figure in run.figures if figure.stage == TOTAL]
