"""The part of a report in a file that is a soak's, out of its folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from latprobe.cli.soak.reading import judged, report_of
from latprobe.errors import SoakError
from latprobe.report.heat_plot import LINES, HeatMap
from latprobe.report.paper.of_soak import SoakPart, soak_section
from latprobe.run.measured import TOTAL
from latprobe.run.soak_document import SoakDocument
from latprobe.soak.columns import Column, by_column
from latprobe.soak.document import read_soak
from latprobe.soak.heat import QUANTILES, HeatReading, heat_in
from latprobe.soak.series import SERIES_NAME, Series, read_series

_SHOWN: Final = ("response", TOTAL)
"""What a user of the target waits for, and what it takes of that."""


def soak_part(folder: Path) -> SoakPart:
    """Reads a soak, which may still run, as far as it can be read.

    Raises:
        SoakError: where it cannot be read.
    """
    try:
        document = read_soak(folder)
        if document.ended is None:
            document = judged(document, folder, ())
        report = report_of(document, folder)
        heats, problems = _heat_maps(document, folder)
        return SoakPart(document, soak_section(report, heats, problems))
    # A histogram that is damaged, and a count that is none, are such.
    except (ValueError, OverflowError) as error:
        raise SoakError(f"{folder}: cannot be reported: {error}") from error


def _heat_maps(document: SoakDocument, folder: Path) -> tuple[list[HeatMap], tuple[str, ...]]:
    series = read_series(folder / SERIES_NAME)
    columns, reading = heat_in(folder, document, series)
    tags = [it for it in _SHOWN if it in reading.heats and reading.heats[it].counts.any()]
    return [_heat_map(it, reading, series, columns) for it in tags], reading.problems


def _heat_map(tag: str, reading: HeatReading, series: Series, columns: Sequence[Column]) -> HeatMap:
    heat = reading.heats[tag]
    names = [name for name, _ in QUANTILES]
    stalls = "the longest stall that an idle control saw beside it"
    stalls_ns = by_column(series.column("longest_stall_ns"), columns, np.max)
    if not np.isfinite(stalls_ns).any():
        stalls = "for how long the driver was stalled while it waited"
        stalls_ns = by_column(series.column("stalled_in_waiting_ns"), columns, np.sum)
    return HeatMap(
        stage=tag,
        starts_s=np.array([it.start_s for it in columns]),
        ends_s=np.array([it.end_s for it in columns]),
        edges_ns=reading.edges_ns,
        counts=heat.counts,
        quantiles_ns={name: heat.quantiles_ns[:, names.index(name)] for name in LINES},
        stalls_ns=np.array(stalls_ns),
        stalls=stalls,
    )
