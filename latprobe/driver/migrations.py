"""How often a process was moved to another CPU."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Migrations:
    """Moves of a process's first thread, or why nobody knows."""

    count: int | None
    unsupported: str | None = None


def read_migrations(pid: int) -> Migrations:
    """Reads `se.nr_migrations` of `/proc/<pid>/sched`, of a process that may have just ended."""
    path = Path(f"/proc/{pid}/sched")
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        return Migrations(None, f"/proc/<pid>/sched cannot be read: {error.strerror}")
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "se.nr_migrations" and value.strip().isdigit():
            return Migrations(int(value))
    return Migrations(None, "/proc/<pid>/sched does not say: the kernel lacks CONFIG_SCHED_DEBUG")
