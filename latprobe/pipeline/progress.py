"""The progress of a suite, on standard error where that is a terminal."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from rich.progress import Progress, TimeRemainingColumn

from latprobe.driver.steps import Progress as RunProgress
from latprobe.pipeline.progress_bar import off_screen, on_screen, progress_bar


@contextmanager
def suite_progress(scenarios: int) -> Iterator["SuiteProgress"]:
    """The progress of so many scenarios, shown for as long as the block lasts."""
    bar = progress_bar(TimeRemainingColumn())
    with on_screen(bar):
        yield SuiteProgress(bar, scenarios)


class SuiteProgress:
    """One bar over all scenarios; each fork is a small part of its scenario's part."""

    def __init__(self, bar: Progress, scenarios: int) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=scenarios)
        self._name = ""
        self._done = -1

    def aside(self) -> AbstractContextManager[None]:
        """Takes the bar away while something else is printed, since both may be on one terminal."""
        return off_screen(self._bar)

    def start(self, scenario: str) -> None:
        """Goes to the next scenario."""
        self._name = scenario
        self._done += 1
        self._bar.update(self._task, completed=self._done, description=scenario)

    def notice(self, words: str) -> None:
        """Says what takes a while."""
        self._bar.console.print(words, style="dim", markup=False)

    def update(self, progress: RunProgress) -> None:
        """Shows how far the scenario in hand is."""
        within = min(progress.messages / progress.messages_in_step, 1.0)
        part = (progress.step_number + within) / progress.steps
        step = f"{progress.step.collector} {progress.step.index + 1}"
        if progress.step.condition != "warm":
            step = f"{progress.step.condition} {step}"
        self._bar.update(
            self._task, completed=self._done + part, description=f"{self._name}: {step}"
        )
