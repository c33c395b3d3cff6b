"""The two sides of a comparison, from what its user calls them."""

from pathlib import Path

from latprobe._core import NativeError
from latprobe.comparator import observed
from latprobe.comparator.observed import gate_budgets
from latprobe.errors import RunError
from latprobe.run.baseline import is_baseline, read_baseline
from latprobe.run.find import find_run
from latprobe.run.model import RunDocument
from latprobe.run.observation import Observed
from latprobe.run.store import read_whole_run


def side(
    reference: str, label: str, folder: Path, gates: tuple[str, ...] = ()
) -> tuple[Observed, RunDocument | None]:
    """A run document or a baseline as one side of a comparison; the run itself, where it is one.

    Raises:
        RunError: where there is neither.
        BudgetError: for gates that are no figures.
    """
    path = find_run(reference, folder)
    if is_baseline(path):
        return read_baseline(path).observed, None
    run = read_whole_run(path)
    return observed_run(run, label, gates), run


def observed_run(run: RunDocument, label: str, gates: tuple[str, ...] = ()) -> Observed:
    """A run as one side of a comparison.

    Args:
        run: The run.
        label: What it is called.
        gates: Figures that are looked at besides the usual ones, as budgets begin.

    Raises:
        RunError: for a histogram that is damaged.
        BudgetError: for gates that are no figures.
    """
    try:
        return observed(run, label, gate_budgets(run, gates))
    except NativeError as error:
        raise RunError(f"{run.id}: a histogram is damaged: {error}") from error


def run_of(reference: str, folder: Path) -> RunDocument:
    """A run document that has histograms, which a baseline has not.

    Raises:
        RunError: where it is not one.
    """
    path = find_run(reference, folder)
    if is_baseline(path):
        raise RunError(f"{path}: is a baseline, which keeps no histograms: name a run document")
    return read_whole_run(path)
