"""Budgets on what lies between a target's threads: `ring wait`, `ring depth`, `end_to_end`."""

from dataclasses import replace
from typing import Final

from latprobe.comparator.dimension import Dimension
from latprobe.comparator.figure import Figure
from latprobe.comparator.misreading import misread
from latprobe.comparator.service_scope import is_time_of_service
from latprobe.comparator.syntax import Word
from latprobe.comparator.wording import listed
from latprobe.misreading import did_you_mean
from latprobe.run.service import MESSAGE_TO_DECISION

END_TO_END: Final = "end_to_end"
"""The whole message, until its last thread was done with it."""

WAIT: Final = " wait"
DEPTH: Final = " depth"


def hop_of(stage: str) -> str | None:
    """The hop whose queue a budget is about; None where it is about something else."""
    for ending in (WAIT, DEPTH):
        if stage.endswith(ending):
            return stage.removesuffix(ending)
    return None


def is_depth(stage: str) -> bool:
    """Whether a budget is about numbers of messages, and not about times."""
    return stage.endswith(DEPTH)


def check_words(word: Word, text: str) -> None:
    """Refuses a second word that is none of a queue's.

    Raises:
        BudgetError: if it is one.
    """
    if word.tokens > 1 and hop_of(word.text) is None and not is_time_of_service(word.text):
        hop, _, second = word.text.rpartition(" ")
        near = did_you_mean(second, ["wait", "depth", "hold", "lag"])
        expected = near or f": of a queue there are `{hop}{WAIT}` and `{hop}{DEPTH}`"
        raise misread(text, word.position, f"unknown stage `{word.text}`{expected}")


def figure_of_queue(figure: Figure, word: Word, position: int, text: str) -> Figure:
    """The figure as it is of a queue: of a depth it is a number of messages.

    Raises:
        BudgetError: for one that queues do not have.
    """
    if figure.is_of_all_messages:
        return figure  # refused later: it is no one part's
    is_response = figure.timing == "response" and word.text in (END_TO_END, MESSAGE_TO_DECISION)
    if not figure.is_latency or (figure.timing != "service" and not is_response):
        has = "mean, percentiles, min and max"
        problem = f"`{word.text}` has no `{figure.name}`: there are {has}"
        if word.text == END_TO_END:
            problem += ", and `response` in front of them; `throughput` and `cost` are those of "
            problem += "`total`"
        raise misread(text, position, problem)
    if is_depth(word.text):
        return replace(figure, dimensions=(Dimension.COUNT,))
    return figure


def rows_of_hops(hops: list[str]) -> list[str]:
    """What budgets can be set on, of a target with these hops."""
    if not hops:
        return []
    return [END_TO_END, *(f"{hop}{of}" for hop in hops for of in (WAIT, DEPTH))]


def no_hops(word: Word, text: str) -> None:
    """Refuses a budget on what only targets with hops have.

    Raises:
        BudgetError: always.
    """
    problem = (
        f"`{word.text}` is of targets that hand messages on to other threads, and this one "
        "declares no hop"
    )
    raise misread(text, word.position, problem)


def unknown_hop(word: Word, hops: list[str], text: str) -> None:
    """Refuses a budget on a queue that there is not.

    Raises:
        BudgetError: always.
    """
    known = rows_of_hops(hops)
    have = listed(f"`{name}`" for name in known)
    advice = did_you_mean(word.text, known) or f": the target has {have}"
    raise misread(text, word.position, f"unknown queue `{word.text}`{advice}")
