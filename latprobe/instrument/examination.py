"""All that `latprobe doctor` found: what it prints, and what it writes as JSON."""

from collections import Counter

from msgspec import Struct

from latprobe.instrument.finding import Finding, Verdict
from latprobe.instrument.truth import TruthRow
from latprobe.run.model import Machine


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
