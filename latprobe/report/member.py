"""One target among those of its family."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from latprobe._core import Histogram, NativeError
from latprobe.errors import RunError
from latprobe.report.precision import Precision, precision_of
from latprobe.run.measured import END_TO_END, TOTAL
from latprobe.run.model import Figure, RunDocument

_BEFORE: Final = "before"


@dataclass(frozen=True)
class Member:
    """A run beside others on the same feed.

    Attributes:
        run: The run.
        name: The target's; the scenario's where several runs have the same target.
        total: Figures of whole messages; None where nothing was measured.
        response: The same from when they were due; None without a plan.
        end_to_end: The same until their last thread was done; None without hops.
        messages: How many of each kind were timed.
        typical_ns: For each kind the mean latency of the quickest 99 % of its messages: single
            stalls of the machine weigh more in a mean than all messages of a small kind.
        precision: How fine its figures are.
    """

    run: RunDocument
    name: str
    total: Figure | None
    response: Figure | None
    end_to_end: Figure | None
    messages: Mapping[str, int]
    typical_ns: Mapping[str, float]
    precision: Precision | None

    @property
    def level_ns(self) -> float:
        """How far two targets' typical latencies may lie apart and mean nothing, in nanoseconds.

        Each was rounded to whole ones after an offset that has an error was taken off.
        """
        return max(1.0, 2 * self.precision.offset_error_ns if self.precision else 0.0)


def members_of(runs: Sequence[RunDocument]) -> list[Member]:
    """The runs of a family on one feed, in their order, but the *before* first.

    What was written first is what the others are held against, however files are sorted.

    Raises:
        RunError: naming the run of which a histogram cannot be read.
    """
    runs = sorted(runs, key=lambda run: _BEFORE not in run.target.name)
    names = Counter(run.target.name for run in runs)
    return [
        Member(
            run=run,
            name=run.target.name if names[run.target.name] == 1 else run.scenario.name,
            total=next((it for it in _totals(run) if it.kind is None), None),
            response=next((it for it in run.figures if _is_response(it)), None),
            end_to_end=next((it for it in run.figures if _is_end_to_end(it)), None),
            messages={it.kind: it.messages for it in _totals(run) if it.kind is not None},
            typical_ns={
                it.kind: _typical_ns(run, it.histogram)
                for it in _totals(run)
                if it.kind is not None and it.histogram is not None
            },
            precision=precision_of(run),
        )
        for run in runs
    ]


def _totals(run: RunDocument) -> list[Figure]:
    return [figure for figure in run.figures if figure.stage == TOTAL and figure.is_usual]


def _is_response(figure: Figure) -> bool:
    return figure.time == "response" and figure.kind is None and figure.stage == TOTAL


def _is_end_to_end(figure: Figure) -> bool:
    return figure.stage == END_TO_END and figure.kind is None and figure.is_usual


def _typical_ns(run: RunDocument, encoded: str) -> float:
    try:
        histogram = Histogram.decode(encoded)
    except NativeError as error:
        raise RunError(f"{run.id}: a histogram is damaged: {error}") from error
    wanted = max(1, histogram.count * 99 // 100)
    left, sum_ns = wanted, 0
    for value_ns, count in histogram.counts():
        taken = min(left, count)
        sum_ns += value_ns * taken
        left -= taken
    return sum_ns / wanted
