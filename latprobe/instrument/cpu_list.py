"""Lists of CPUs, as the kernel writes them."""

from collections.abc import Iterable


def parse_cpu_list(text: str) -> frozenset[int]:
    """Reads `0-3,8`; what is not of that form counts for none."""
    cpus: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if first.isdecimal() and (last or first).isdecimal():
            cpus.update(range(int(first), int(last or first) + 1))
    return frozenset(cpus)


def format_cpu_list(cpus: Iterable[int]) -> str:
    """Writes `0-3,8`; `none` for none."""
    parts: list[str] = []
    ordered = sorted(cpus)
    start = 0
    for index, cpu in enumerate(ordered):
        if index + 1 == len(ordered) or ordered[index + 1] != cpu + 1:
            first = ordered[start]
            parts.append(f"{first}" if first == cpu else f"{first}-{cpu}")
            start = index + 1
    return ",".join(parts) or "none"
