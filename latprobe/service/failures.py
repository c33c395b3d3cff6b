"""What went wrong in a service, wherever it came up."""

from collections import Counter


class Failures:
    """Exceptions by name, and what the first of each said.

    They come up in `on_message`, in callbacks and tasks that nobody waits for, and in `connect`.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, str] = {}

    def note(self, error: BaseException | None, said: str = "") -> None:
        """Counts one; where there was no exception, `said` is all that is known."""
        name = "error" if error is None else type(error).__name__
        self.counts[name] += 1
        self.examples.setdefault(name, said if error is None else str(error))

    def begin_counting(self) -> None:
        """What went wrong so far was in the warm-up."""
        self.counts.clear()
        self.examples.clear()
