"""What has to be known of sides whose targets took their memory from unlike allocators."""

from collections.abc import Iterator

from latprobe.run.conditions import allocator_difference
from latprobe.run.observation import Conditions


def allocator_notes(before: Conditions, after: Conditions) -> Iterator[str]:
    """A sentence where both sides had other allocators; it is compared what came of that, too."""
    difference = allocator_difference(before, after)
    if difference is not None:
        yield f"the sides differ in their {difference}: a change may be the allocator's"
