"""What `latprobe doctor` found: findings, and the table of truth. Printed, or written as JSON."""

from collections import Counter
from typing import Literal

from msgspec import Struct

from latprobe.run.model import Machine

Verdict = Literal["good", "worse", "unsound"]
"""`worse` than it could be: figures hold, and are coarser or noisier. `unsound`: they do not."""

Group = Literal["clock", "processor", "machine", "collectors"]

FigureName = Literal["latency mean", "latency p50", "cost"]


class Finding(Struct, frozen=True):
    """What was found, and one line of advice; empty where there is nothing to be done."""

    group: Group
    name: str
    value: str
    verdict: Verdict
    advice: str = ""


class TruthFigure(Struct, frozen=True):
    """One figure of one length. Times in nanoseconds.

    Attributes:
        figure: Which.
        measured_ns: The truth and the error together.
        error_ns: Measured less true: the median over the forks.
        uncertainty_ns: How far that may be off, by how far the forks lie apart.
        allowed_ns: The error that is within reach.
        verdict: `good` where the error is within reach; `unsound` where it is not, however
            uncertain; else `worse`: the machine is too unsteady to tell, or the chain is done
            sooner than it can be handed over.
        reason: Why it is `worse`.
    """

    figure: FigureName
    measured_ns: float
    error_ns: float
    uncertainty_ns: float
    allowed_ns: float
    verdict: Verdict
    reason: str = ""


class TruthRow(Struct, frozen=True):
    """One length."""

    products: int
    true_ns: float
    figures: tuple[TruthFigure, ...]


class Examination(Struct, frozen=True):
    """One visit.

    Attributes:
        latprobe_version: Of this latprobe.
        machine: Where.
        seconds: How long it took.
        findings: In the order in which they are shown.
        truth: By length.
    """

    latprobe_version: str
    machine: Machine
    seconds: float
    findings: tuple[Finding, ...]
    truth: tuple[TruthRow, ...]

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How many findings and figures there are of each verdict."""
        figures = (figure.verdict for row in self.truth for figure in row.figures)
        return Counter([*(finding.verdict for finding in self.findings), *figures])

    @property
    def is_sound(self) -> bool:
        """Whether nothing is unsound, and the truth was measured at all."""
        return not self.verdicts["unsound"] and any(row.figures for row in self.truth)
