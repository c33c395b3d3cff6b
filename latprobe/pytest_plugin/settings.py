"""How a measure of a test is made: what the call says, else the marker, else the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import pytest

from latprobe.api.memory_feed import Messages

Unproven = Literal["warn", "fail", "skip"]

_KNOWN: Final = ("feed", "seconds", "forks", "messages", "unproven")


@dataclass(frozen=True)
class Settings:
    """How a measure is made.

    Attributes:
        budgets: What every measure of the test keeps.
        feed: The feed; None where nobody named one.
        seconds: About how long it may take.
        forks: Fresh processes for each figure; None: as many as there is time for.
        messages: Messages that count in each; None: as many as there is time for.
        unproven: What becomes of a budget that can be told neither kept nor broken.
    """

    budgets: tuple[str, ...]
    feed: Messages | None
    seconds: float
    forks: int | None
    messages: int | None
    unproven: Unproven


def settings_of(request: pytest.FixtureRequest, said: Mapping[str, Any]) -> Settings:
    """The settings of one measure.

    Raises:
        UsageError: for a keyword that there is not.
    """
    marks = [*request.node.iter_markers("latprobe")]
    options = request.config.option
    found: dict[str, Any] = {
        "seconds": options.latprobe_seconds,
        "unproven": options.latprobe_unproven,
    }
    for mark in reversed(marks):  # the closest one last
        found |= mark.kwargs
    found |= {name: value for name, value in said.items() if value is not None}
    for name in found:
        if name not in _KNOWN:
            known = ", ".join(_KNOWN)
            raise pytest.UsageError(f"the latprobe marker has no '{name}': there are {known}")
    return Settings(
        tuple(budget for mark in reversed(marks) for budget in mark.args),
        *(found.get(name) for name in _KNOWN),  # type: ignore[arg-type]  # as pytest has them
    )
