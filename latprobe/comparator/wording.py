"""Numbers and lists as a sentence has them."""

from collections.abc import Iterable


def number_of(count: int, plural: str) -> str:
    """A count of things: `1 message`, `1,204 messages`.

    Args:
        count: How many.
        plural: What they are called, ending in the s that one of them has not.
    """
    return f"1 {plural[:-1]}" if count == 1 else f"{count:,} {plural}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Joins words, of which there is at least one: `a`, `a and b`, `a, b and c`."""
    *others, final = words
    return f"{', '.join(others)} {last} {final}" if others else final
