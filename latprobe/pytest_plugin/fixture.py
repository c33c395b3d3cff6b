"""The `latprobe` fixture."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pytest

from latprobe.api.callables import Target, named
from latprobe.api.measure import measure
from latprobe.api.memory_feed import Messages
from latprobe.api.result import Result
from latprobe.comparator import of_whole_message, parse_budget
from latprobe.comparator.figure import Measure
from latprobe.errors import LatprobeError, RunError
from latprobe.pytest_plugin.account import account
from latprobe.pytest_plugin.feed_near import feed_near
from latprobe.pytest_plugin.kept import kept_of, why_unlike
from latprobe.pytest_plugin.names import scenario_name
from latprobe.pytest_plugin.outcome import outcome_of
from latprobe.pytest_plugin.property import PROPERTY
from latprobe.pytest_plugin.settings import Settings, Unproven, settings_of
from latprobe.pytest_plugin.soundness import look_at, skip_where_unsound
from latprobe.pytest_plugin.summary import said_of
from latprobe.pytest_plugin.turn import own_turn
from latprobe.run.change import Comparison

_NO_ERRORS: Final = "errors == 0"


class Latprobe:
    """What a test measures with: `latprobe(parse, feed="day.arrow").must("p99 < 2us")`."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request
        self._measures: list[Measurement] = []

    def __call__(
        self,
        target: Target | Sequence[Target],
        feed: Messages | None = None,
        *,
        seconds: float | None = None,
        forks: int | None = None,
        messages: int | None = None,
        unproven: Unproven | None = None,
        **options: Any,
    ) -> "Measurement":
        """Says what is to be measured; it is, once it is asked for its result or held to budgets.

        Args:
            target: A function, a class with `on_message`, or `module:object`; or a list of such,
                each a stage that is fed by the one before.
            feed: The path of a feed or a recording, from the test's own folder or the root folder;
                a list of messages, or a `SynthFeed`. By default the marker's.
            seconds: About how long it may take.
            forks: Fresh processes for each figure.
            messages: Messages that count in each.
            unproven: What becomes of a budget that can be told neither kept nor broken.
            options: Others of `latprobe.measure`: `payload`, `gc`, `config`, `stages`, `warmup`.
        """
        said = {
            "feed": feed,
            "seconds": seconds,
            "forks": forks,
            "messages": messages,
            "unproven": unproven,
        }
        settings = settings_of(self._request, said)
        name = scenario_name(self._request.node.nodeid, len(self._measures))
        measurement = Measurement(self._request, name, target, settings, options)
        self._measures.append(measurement)
        return measurement

    def finish(self) -> None:
        """Holds what the test has not asked anything of to the budgets of its marker."""
        problem = ""
        for it in self._measures:
            try:
                if not it.is_judged:
                    it.must()
            except (AssertionError, LatprobeError) as error:
                problem = problem or str(error)
        if problem:
            pytest.fail(problem, pytrace=False)  # no line of the test is to blame


class Measurement:
    """One measure of a test. It is made once, when it is first asked for."""

    def __init__(
        self,
        request: pytest.FixtureRequest,
        name: str,
        target: Target | Sequence[Target],
        settings: Settings,
        options: Mapping[str, Any],
    ) -> None:
        self._request, self._name, self._target = request, name, target
        self._settings, self._options = settings, options
        self._kept = kept_of(request.config)
        self._result: Result | None = None
        self.is_judged = False
        """Whether `must` has been called."""

    @property
    def result(self) -> Result:
        """What came of it, see `latprobe.Result`."""
        __tracebackhide__ = True
        return self._measured(self._settings.budgets)

    def must(self, *budgets: str, unproven: Unproven | None = None) -> Result:
        """Holds it to budgets, besides those of the marker; that every message is understood, too.

        A budget that names no stage is on the whole message.

        Raises:
            AssertionError: where one is broken, with a table of all.
        """
        __tracebackhide__ = True
        self.is_judged = True
        try:
            wanted = _in_full((*self._settings.budgets, *budgets))
            result = self._measured(wanted).judged(*wanted)
        except LatprobeError as error:
            raise LatprobeError(str(error)) from None
        comparison = self._compared(result)
        outcome = outcome_of(result, comparison)
        document = self._kept.keep(result)
        self._request.node.user_properties.append((PROPERTY, said_of(result, outcome, document)))
        shown = None if isinstance(comparison, str) else comparison
        words = account(result, outcome.headline, shown)
        if outcome.verdict == "fail":
            raise AssertionError(words)
        if outcome.verdict == "unproven":
            _unproven(unproven or self._settings.unproven, words)
        return result

    def _measured(self, budgets: Sequence[str]) -> Result:
        __tracebackhide__ = True
        config = self._request.config
        if self._result is None:
            skip_where_unsound(config)
            self._result = self._measure(budgets)
            look_at(self._result.document, config)
            skip_where_unsound(config)
        return self._result

    def _measure(self, budgets: Sequence[str]) -> Result:
        settings, base = self._settings, self._kept.base_of(self._name)
        volume: dict[str, Any] = {"messages": settings.messages}
        if base is not None:
            # Runs are compared that handled as many messages.
            volume = {"messages": settings.messages or base.messages, "warmup": base.warmup}
        if settings.feed is None:
            raise LatprobeError(
                "there is no feed: say `latprobe(parse, feed=...)`, or name one in the marker"
            )
        with own_turn(self._request):
            return measure(
                named(self._target, not_imported=self._request.module.__name__),
                feed_near(self._request, settings.feed),
                budgets=budgets,
                name=self._name,
                seconds=settings.seconds,
                forks=settings.forks,
                **{**volume, **self._options},
            )

    def _compared(self, result: Result) -> Comparison | str | None:
        """What changed; or why that cannot be told."""
        if self._kept.base is None:
            return None
        try:
            return self._kept.compared(result) or f"no run of {result.name} is kept to compare with"
        except RunError as error:
            return why_unlike(error)


def _unproven(wanted: Unproven, words: str) -> None:
    __tracebackhide__ = True
    if wanted == "fail":
        raise AssertionError(words)
    if wanted == "skip":
        pytest.skip(f"unproven: {words.partition(chr(10))[0]}")


def _in_full(budgets: Sequence[str]) -> list[str]:
    """Budgets with their stages; and one on errors, since what fails at once is fast."""
    full = [of_whole_message(it) for it in budgets]
    if not any(parse_budget(it).figure.measure is Measure.ERRORS for it in full):
        full.append(_NO_ERRORS)
    return full
