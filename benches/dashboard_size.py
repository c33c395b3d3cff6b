"""How long a dashboard of many runs takes: to be built, and to be there in a real browser."""

import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from benches.figure import Figure
from benches.history_runs import MINUTE_MS, made_runs, write_runs
from benches.native import BenchError
from latprobe.cli.dashboard.site import site_of
from latprobe.dashboard.build import build
from latprobe.history.database import open_history
from latprobe.history.sync import sync

if TYPE_CHECKING:
    from playwright.sync_api import Page

_RUNS: Final = 3_000
_END_MS: Final = 1_795_600_000_000
_ROUNDS: Final = 5
_MOST_BUILD_S: Final = 20.0
_MOST_READY_S: Final = 2.0
_MOST_BYTES: Final = 15_000_000


class DashboardSize(Struct, frozen=True):
    """Seconds; the median of several rounds where there are several.

    Attributes:
        runs: How many there were.
        build_s: From run documents without an index to the site.
        bytes: Of the whole site, charts and data among it.
        first_screen_s: Until the first screen is there, from when the browser was told to open it.
        series_s: Until a scenario's series and percentiles are drawn, opened by its own link.
    """

    runs: int
    build_s: float
    bytes: int
    first_screen_s: float
    series_s: float


def measure() -> DashboardSize:
    """Makes up the runs, builds their site, and opens it from the disk.

    Raises:
        BenchError: where there is no Chromium.
    """
    with tempfile.TemporaryDirectory(prefix="latprobe-bench-") as name:
        folder, site = Path(name) / "runs", Path(name) / "site"
        write_runs(made_runs(_RUNS, _END_MS, every_ms=5 * MINUTE_MS), folder)
        started = time.perf_counter()
        with open_history(str(Path(name) / "history.sqlite"), make=True) as engine:
            sync(engine, folder)
            build(site_of(engine, _END_MS + MINUTE_MS, runs=_RUNS), site)
        build_s = time.perf_counter() - started
        size = sum(it.stat().st_size for it in site.iterdir())
        first_s, series_s = _opened(site / "index.html")
    return DashboardSize(_RUNS, build_s, size, first_s, series_s)


def figures(it: DashboardSize) -> list[Figure]:
    """Rows of the table."""
    build_reach, ready_reach = f"< {_MOST_BUILD_S:.0f} s", f"< {_MOST_READY_S:.0f} s"
    return [
        Figure(
            f"dashboard of {it.runs:,} runs: built, the index too",
            f"{it.build_s:.1f} s",
            build_reach,
            it.build_s < _MOST_BUILD_S,
        ),
        Figure("all of the site", f"{it.bytes / 1e6:.1f} MB", "< 15 MB", it.bytes < _MOST_BYTES),
        Figure(
            "first screen in a headless Chromium",
            f"{it.first_screen_s:.2f} s",
            ready_reach,
            it.first_screen_s < _MOST_READY_S,
        ),
        Figure(
            "a scenario's series and percentiles there, by its link",
            f"{it.series_s:.2f} s",
            ready_reach,
            it.series_s < _MOST_READY_S,
        ),
    ]


def _opened(index: Path) -> tuple[float, float]:
    """Seconds of the first screen and of a scenario's; the median of several new contexts."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  # may be missing
    except ImportError as error:
        raise BenchError("playwright is not installed") from error
    if chromium is None:
        raise BenchError("there is no Chromium")
    first, series = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(_ROUNDS):
            with browser.new_context(offline=True) as context:
                page = context.new_page()
                first.append(_seconds(page, index.as_uri(), "#page table tbody tr"))
                link = page.locator("#page table a").last.get_attribute("href") or ""
            with browser.new_context(offline=True) as context:
                page = context.new_page()
                series.append(
                    _seconds(
                        page,
                        index.as_uri() + link,
                        "#series[data-ready]",
                        "#percentiles[data-ready]",
                    )
                )
        browser.close()
    return sorted(first)[_ROUNDS // 2], sorted(series)[_ROUNDS // 2]


def _seconds(page: "Page", url: str, *awaited: str) -> float:
    """Until all of these are on the page."""
    started = time.perf_counter()
    page.goto(url)
    for it in awaited:
        page.wait_for_selector(it)
    return time.perf_counter() - started
