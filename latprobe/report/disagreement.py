"""What a family's report asks of a disagreement about a feed."""

from typing import Protocol


class Disagreement(Protocol):
    """Something that not all targets of a family understood alike."""

    @property
    def words(self) -> str:
        """One line: who says what."""
