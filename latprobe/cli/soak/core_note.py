"""Where the kernel keeps what was in the memory of a process that crashed."""

from pathlib import Path
from typing import Final

_PATTERN: Final = Path("/proc/sys/kernel/core_pattern")


def core_note(*, cores: bool) -> str:
    """Says where to look for a core, or how to get one the next time."""
    if not cores:
        return "no core was kept: `--cores` has the kernel keep one"
    try:
        pattern = _PATTERN.read_text(encoding="utf-8").strip()
    except OSError as error:
        return f"{_PATTERN} does not say where cores are kept: {error.strerror}"
    if pattern.startswith("|"):
        return f"cores are handed to `{pattern[1:]}` (`coredumpctl list` shows those of systemd)"
    return f"a core is kept as `{pattern}`, where `ulimit -c` allows it (see core(5))"
