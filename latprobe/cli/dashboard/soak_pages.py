"""The pages of all soaks that there are, kept fresh."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from latprobe.cli.dashboard.soak_row import soak_row
from latprobe.cli.dashboard.soak_view import soak_view
from latprobe.dashboard.soak_files import has_soak, keep_soaks, write_soak_file
from latprobe.dashboard.soak_model import SoakRow
from latprobe.errors import SoakError
from latprobe.soak.find import FoundSoak, find_soaks

_LEAST_PAUSE_S: Final = 60.0
_SHARE: Final = 20


@dataclass(frozen=True)
class _Known:
    """A soak as it was when it was looked at, and when to look again should it have gone on."""

    stamp: str
    row: SoakRow
    again_s: float


class SoakPages:
    """Writes the pages of soaks.

    A soak that still runs is looked at again after a minute, and later where reading it takes long:
    it may run on this machine.

    Args:
        site: Where to.
        results: Where soaks are, in folders of folders; none where that is no folder.
        most: So many, the newest.
    """

    def __init__(self, site: Path, results: Path, most: int) -> None:
        self._site = site
        self._results = results
        self._most = most
        self._known: dict[str, _Known] = {}

    def refresh(
        self,
        *,
        seconds: float = float("inf"),
        progress: Callable[[int, int], None] | None = None,
    ) -> tuple[SoakRow, ...]:
        """Writes what is missing, and answers the list of soaks, the newest first.

        Args:
            seconds: So long; what then is missing still has no file in its row.
            progress: Told how many pages are there, and of how many.

        Raises:
            DashboardError: where one cannot be written.
        """
        begun = time.monotonic()
        found = [(it, self._row(it)) for it in find_soaks(self._results)]
        found.sort(key=lambda it: (it[1].started, it[1].name), reverse=True)
        newest = found[: self._most]
        rows: list[SoakRow] = []
        for soak, row in newest:
            if not row.file or soak.name in self._known or has_soak(self._site, row.file):
                rows.append(row)
            elif time.monotonic() - begun < seconds:
                rows.append(self._written(soak, row))
            else:
                rows.append(replace(row, file=""))
                continue
            self._known.setdefault(soak.name, _Known(soak.stamp, rows[-1], 0.0))
            if progress is not None:
                progress(len(rows), len(newest))
        keep_soaks(self._site, {it.file for it in rows})
        return tuple(rows)

    def _row(self, soak: FoundSoak) -> SoakRow:
        known = self._known.get(soak.name)
        if known is not None and (known.stamp == soak.stamp or time.monotonic() < known.again_s):
            return known.row
        self._known.pop(soak.name, None)
        return soak_row(soak)

    def _written(self, soak: FoundSoak, row: SoakRow) -> SoakRow:
        begun = time.monotonic()
        try:
            write_soak_file(soak_view(soak), self._site, row.file)
        except SoakError as error:
            row = replace(row, file="", problem=str(error))
        took_s = time.monotonic() - begun
        again_s = time.monotonic() + max(_LEAST_PAUSE_S, _SHARE * took_s)
        self._known[soak.name] = _Known(soak.stamp, row, again_s)
        return row
