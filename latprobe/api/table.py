"""The figures of a run as a table for other tools."""

from typing import TYPE_CHECKING, Any, Final

import msgspec
import pyarrow as pa

from latprobe.errors import RunError
from latprobe.run.model import Figure, RunDocument

if TYPE_CHECKING:
    import pandas as pd

_NAMES: Final = ("run", "scenario", "stage", "kind", "time", "condition")
_NAMED: Final = ("levels", "counters", "simulated")
_APART: Final = (*_NAMES, "histogram", *_NAMED)
_TYPES: Final[dict[type, Any]] = {int: pa.int64(), float: pa.float64()}


def arrow_of(run: RunDocument) -> "pa.Table":
    """A line for each figure: of each stage, kind, and what stands beside it.

    Columns are called as in the run document; levels and what is counted or simulated of the
    processor have columns of their own, such as `levels.p50_ns` and `counters.cycles`.
    """
    rows = [_row(run, figure) for figure in run.figures]
    columns: dict[str, Any] = {
        name: pa.array([row[name] for row in rows], pa.string()) for name in _NAMES
    }
    for it in msgspec.structs.fields(Figure):
        if it.name not in _APART:
            of = int if it.name.startswith(("messages", "max_", "min_", "p")) else float
            columns[it.name] = pa.array([row[it.name] for row in rows], _TYPES[of])
    for name in sorted({name for row in rows for name in row if "." in name}):
        columns[name] = pa.array([row.get(name) for row in rows], pa.float64())
    return pa.table(columns)


def pandas_of(run: RunDocument) -> "pd.DataFrame":
    """The same as a DataFrame.

    Raises:
        RunError: where pandas is not installed.
    """
    try:
        import pandas  # noqa: F401, PLC0415  # an extra of its own
    except ImportError as error:
        raise RunError(
            "pandas is not installed: install latprobe[pandas], or take `.to_arrow()`"
        ) from error
    frame: pd.DataFrame = arrow_of(run).to_pandas()
    return frame


def _row(run: RunDocument, figure: Figure) -> dict[str, Any]:
    row = {it.name: getattr(figure, it.name) for it in msgspec.structs.fields(Figure)}
    for source in _NAMED:
        row |= {f"{source}.{name}": value for name, value in (row[source] or {}).items()}
    return row | {"run": run.id, "scenario": run.scenario.name}
