"""The progress of a suite, on standard error where that is a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.progress import TimeRemainingColumn

from latprobe.driver.drive import Progress as RunProgress
from latprobe.pipeline.progress_bar import progress_bar


class SuiteProgress:
    """One bar over all scenarios; each fork is a small part of its scenario's part."""

    def __init__(self, scenarios: int) -> None:
        self._progress = progress_bar(TimeRemainingColumn())
        self._task = self._progress.add_task("", total=scenarios)
        self._name = ""
        self._done = -1

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Takes the bar away while something else is printed, since both may be on one terminal."""
        self._stop()
        try:
            yield
        finally:
            self._start()

    def start(self, scenario: str) -> None:
        """Goes to the next scenario."""
        self._name = scenario
        self._done += 1
        self._progress.update(self._task, completed=self._done, description=scenario)

    def notice(self, words: str) -> None:
        """Says what takes a while."""
        self._progress.console.print(words, style="dim", markup=False)

    def update(self, progress: RunProgress) -> None:
        """Shows how far the scenario in hand is."""
        within = min(progress.messages / progress.messages_in_step, 1.0)
        part = (progress.step_number + within) / progress.steps
        step = f"{progress.step.collector} {progress.step.index + 1}"
        if progress.step.condition != "warm":
            step = f"{progress.step.condition} {step}"
        self._progress.update(
            self._task, completed=self._done + part, description=f"{self._name}: {step}"
        )

    def _start(self) -> None:
        if not self._progress.disable:
            self._progress.start()

    def _stop(self) -> None:
        if not self._progress.disable:  # else it would print an empty line
            self._progress.stop()
