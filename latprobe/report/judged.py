"""What was judged, in the one form that every format for machines is made of."""

from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["pass", "fail", "unproven", "error"]
"""`error` is for what could not be judged at all, such as a target that crashed."""


@dataclass(frozen=True)
class Judgement:
    """One thing that was judged.

    Attributes:
        scope: What it is about: `total`, `parse[trade]`.
        name: The figure, or the budget, as people write it.
        outcome: What was found.
        words: Why, in one line.
        rule: Which kind of thing it is, for formats that group by it: `budget`, `regression`.
        file: The scenario file, where it is known.
        gates: Whether a command fails by it: an `unproven` that does not is a remark.
    """

    scope: str
    name: str
    outcome: Outcome
    words: str
    rule: str
    file: str | None = None
    gates: bool = True


@dataclass(frozen=True)
class Suite:
    """What was judged of one run, or of two.

    Attributes:
        name: The scenario, or both sides.
        judgements: In the order in which people should read them.
        seconds: How long it was measured.
        started: When, as ISO 8601; empty where it is not known.
        properties: What else has to be known, by name.
    """

    name: str
    judgements: tuple[Judgement, ...]
    seconds: float = 0.0
    started: str = ""
    properties: dict[str, str] = field(default_factory=dict)
