"""The environment and the allocator that a target is run with."""

from collections.abc import Mapping
from typing import Final

ALLOCATORS: Final = ("mimalloc", "jemalloc", "tcmalloc")
"""What is found by its name; anything else is the path of a library."""

_OWN_PREFIX: Final = "LATPROBE_"
_TAKEN: Final[Mapping[str, str]] = {
    "LD_PRELOAD": "latprobe preloads what counts: say `allocator` to preload another allocator",
    "LD_AUDIT": "it would stand between the target and what counts",
    "PYTHONPATH": "latprobe's own processes are found by it: say `path` in [target]",
    "PYTHONHOME": "latprobe's own processes are found by it: say `path` in [target]",
}


def check_environment(environment: Mapping[str, str]) -> None:
    """Refuses names and values that no process can have, and names that latprobe itself needs.

    Raises:
        ValueError: which, and what to do.
    """
    for name, value in environment.items():
        if not name or "=" in name or "\0" in name:
            raise ValueError(
                f"`env` has the name {name!r}: a name is not empty, and holds no `=` and no NUL"
            )
        if "\0" in value:
            raise ValueError(f"`env.{name}` holds a NUL, which ends a value: leave it out")
        if name in _TAKEN:
            raise ValueError(f"`env.{name}` cannot be set: {_TAKEN[name]}")
        if name.startswith(_OWN_PREFIX):
            raise ValueError(f"`env.{name}` cannot be set: {_OWN_PREFIX}… are latprobe's own names")


def check_allocator(allocator: str | None) -> None:
    """Refuses what is neither one of the known allocators nor a path that can be preloaded.

    Raises:
        ValueError: what was expected.
    """
    if allocator is None or allocator in ALLOCATORS:
        return
    if "/" not in allocator:
        known = ", ".join(f'"{it}"' for it in ALLOCATORS)
        raise ValueError(
            f"`allocator` is {known} or the path of a library, with a `/` in it, and not "
            f"{allocator!r}"
        )
    if "\0" in allocator or ":" in allocator or any(it.isspace() for it in allocator):
        raise ValueError(
            "`allocator` is preloaded, and no such path holds a blank, a colon or a NUL: "
            "link to the library from another place"
        )
