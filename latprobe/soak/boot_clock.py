"""A clock that nobody sets, for lengths of time that outlive a process: it counts from the boot."""

import time
from pathlib import Path
from typing import Final

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


def boot_id() -> str:
    """Which boot of the machine this is; empty where the kernel does not say."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def since_boot_s() -> float:
    """Seconds since the machine started, those among them in which it was suspended."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
