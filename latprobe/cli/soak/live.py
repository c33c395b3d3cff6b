"""What a soak shows while it runs: a table on a terminal, and a line an interval elsewhere."""

import os
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from latprobe.cli.soak.session import Seen
from latprobe.report.printable import printable
from latprobe.report.soak_line import clock_text, interval_line, interval_parts
from latprobe.report.soak_table import soak_table
from latprobe.soak.totals import Totals


class LiveView:
    """On standard error, which may go away: what cannot be shown is kept all the same."""

    def __init__(self) -> None:
        self.is_lost = False
        self._console = Console(stderr=True, highlight=False, markup=False)
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live = Live(console=self._console, auto_refresh=False, transient=True)
            self._live.start()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._live is not None and not self.is_lost:
            self._tried(self._live.stop)

    def show(self, seen: Seen) -> None:
        """Shows an interval."""
        now = Totals()
        now.add(seen.interval.measured.times)
        if self._live is None:
            response = now.times.get("response")
            self.say(interval_line(seen.elapsed_s, seen.interval, response))
            return
        live, settings = self._live, seen.document.settings
        head = f"{clock_text(seen.elapsed_s)} of {clock_text(settings.duration_s)}"
        lines = Text("  ".join([seen.document.scenario.name, head]), style="bold")
        state = Text("  ".join(interval_parts(seen.interval)), style="dim")
        view = Group(lines, soak_table(now.times, seen.totals.times), state)
        self._tried(lambda: live.update(view, refresh=True))

    def say(self, words: str) -> None:
        """Prints a line."""
        live = self._live
        if live is not None:
            self._tried(lambda: live.console.print(words, style="dim", soft_wrap=True))
            return
        self._tried(lambda: sys.stderr.write(f"{printable(words)}\n"))

    def _tried(self, work: Callable[[], object]) -> None:
        """Once nobody looks on any more, nothing is shown, and no later write fails either."""
        if self.is_lost:
            return
        try:
            work()
            sys.stderr.flush()
        except (OSError, SystemExit):  # the latter is what rich makes of a pipe that was closed
            self.is_lost = True
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stderr.fileno())
            os.close(nowhere)
