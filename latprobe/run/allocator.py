"""Which allocator a target was run with."""

from msgspec import Struct


class AllocatorRecord(Struct, frozen=True):
    """An allocator that was preloaded in the place of libc's.

    Attributes:
        name: As the scenario says it: `mimalloc`, or the library's path.
        library: The file that was preloaded.
        sha256: That file's digest.
    """

    name: str
    library: str
    sha256: str

    def __str__(self) -> str:
        found = f"{self.library}, " if self.name != self.library else ""
        return f"{self.name} ({found}sha256 {self.sha256[:12]})"
