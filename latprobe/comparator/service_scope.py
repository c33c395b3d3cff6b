"""Budgets on what is measured of an asyncio target: `message_to_decision`, `loop lag`."""

from collections.abc import Sequence

from latprobe.comparator.figure import Figure
from latprobe.comparator.misreading import misread
from latprobe.comparator.syntax import Word
from latprobe.comparator.wording import listed
from latprobe.misreading import did_you_mean
from latprobe.run.service import MESSAGE_TO_DECISION

TIMES = (" lag", " hold")
"""Second words of what is measured of a loop, of messages and of locks, beside those of queues."""


def is_time_of_service(stage: str) -> bool:
    """Whether a budget is about what only asyncio targets have."""
    return stage == MESSAGE_TO_DECISION or stage.endswith(TIMES)


def check_rows(words: Sequence[Word], kind: Word | None, text: str, rows: Sequence[str]) -> None:
    """Holds the names in a budget against what is measured of an asyncio target.

    Raises:
        BudgetError: for what is not measured, spans and message kinds among it.
    """
    for word in words:
        if word.text not in rows:
            have = listed(f"`{name}`" for name in rows)
            advice = did_you_mean(word.text, list(rows)) or f": of this target there are {have}"
            raise misread(text, word.position, f"unknown time `{word.text}`{advice}")
    if len(words) > 1:
        problem = "an asyncio target has no stages that follow each other, and no span of them"
        raise misread(text, words[1].position, problem)
    if kind is not None:
        raise misread(text, kind.position, "an asyncio target does not tell message kinds apart")


def check_figure(figure: Figure, stage: str | None, position: int, text: str) -> None:
    """Refuses a figure that is not made of an asyncio target.

    Raises:
        BudgetError: for one that is not.
    """
    if figure.is_of_all_messages and figure.counted is None:
        return
    if not figure.is_latency or figure.timing in ("cold", "idle"):
        problem = (
            f"an asyncio target has no `{figure.name}`: there are mean, percentiles, min and max "
            "of times and depths, errors, superseded and dropped"
        )
        raise misread(text, position, problem)
    if figure.timing == "response" and stage != MESSAGE_TO_DECISION:
        problem = f"response time is that of a whole message: `{MESSAGE_TO_DECISION}` has one"
        raise misread(text, position, problem)
