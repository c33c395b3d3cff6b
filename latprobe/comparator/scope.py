"""Which part of a target's work a budget is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from latprobe.comparator.hop_scope import (
    END_TO_END,
    hop_of,
    no_hops,
    rows_of_hops,
    unknown_hop,
)
from latprobe.comparator.misreading import misread
from latprobe.comparator.service_scope import check_rows
from latprobe.comparator.syntax import Word
from latprobe.comparator.wording import listed
from latprobe.errors import BudgetError
from latprobe.misreading import did_you_mean

TOTAL: Final = "total"
"""The stage that is the whole message."""


@dataclass(frozen=True)
class Scope:
    """One stage or a span of them, for all messages or for those of one kind.

    Attributes:
        first: The stage that it starts with, or `total`, `end_to_end`, or what is measured of a
            queue: `ring wait`.
        last: The stage that it ends with; `first` where it is one stage.
        kind: The message kind, or `None` for all messages.
    """

    first: str
    last: str
    kind: str | None = None

    def __str__(self) -> str:
        stages = self.first if self.first == self.last else f"{self.first}..{self.last}"
        return stages if self.kind is None else f"{stages}[{self.kind}]"


@dataclass(frozen=True)
class TargetNames:
    """The names that a target gives to its stages, in order, its message kinds, and its hops.

    `kinds` are None where they are known only when messages come.
    """

    stages: Sequence[str]
    kinds: Sequence[str] | None
    hops: Sequence[str] = ()
    rows: Sequence[str] = ()
    """What is measured of an asyncio target, which has none of the others."""


WHOLE: Final = Scope(TOTAL, TOTAL)
"""All messages, from their beginning to their end."""


def check_names(
    words: Sequence[Word | None], kind: Word | None, text: str, names: TargetNames
) -> None:
    """Holds the names in a budget against those of its target.

    Args:
        words: The stage, or the two ends of a span.
        kind: The message kind.
        text: The budget.
        names: What the target has.

    Raises:
        BudgetError: for a stage or a kind that the target does not have, or stages out of order.
    """
    if names.rows:
        check_rows([word for word in words if word is not None], kind, text, names.rows)
        return
    stages = [word for word in words if word is not None and not _is_of_hops(word, text, names)]
    for stage in stages:
        if stage.text not in (TOTAL, *names.stages):
            raise _unknown(stage, "stage", [TOTAL, *names.stages], text)
    if kind is not None and names.kinds is not None and kind.text not in names.kinds:
        raise _unknown(kind, "message kind", names.kinds, text)
    order = [names.stages.index(stage.text) for stage in stages if stage.text != TOTAL]
    if order != sorted(order):
        passed = listed(f"`{stage}`" for stage in names.stages)
        problem = f"`{stages[1].text}` comes before `{stages[0].text}`: the stages are {passed}"
        raise misread(text, stages[1].position, problem)


def _is_of_hops(word: Word, text: str, names: TargetNames) -> bool:
    """Whether it is what targets with hops have; refuses it where this one has not."""
    if word.text in names.stages or (word.text != END_TO_END and hop_of(word.text) is None):
        return False
    hops = list(names.hops)
    if not hops:
        no_hops(word, text)
    if word.text not in rows_of_hops(hops):
        unknown_hop(word, hops, text)
    return True


def check_span(first: Word, last: Word, text: str) -> None:
    """Refuses a span that has the whole message as one of its ends.

    Raises:
        BudgetError: if it has.
    """
    for end in (first, last):
        if end.text in (TOTAL, END_TO_END):
            problem = f"`{end.text}` is the whole message: it cannot be the end of a span of stages"
            raise misread(text, end.position, problem)
        if hop_of(end.text) is not None:
            problem = f"`{end.text}` is no stage: it cannot be the end of a span of stages"
            raise misread(text, end.position, problem)


def _unknown(word: Word, what: str, known: Sequence[str], text: str) -> BudgetError:
    have = listed(f"`{name}`" for name in known) if known else "none"
    advice = did_you_mean(word.text, known) or f": the target has {have}"
    return misread(text, word.position, f"unknown {what} `{word.text}`{advice}")
