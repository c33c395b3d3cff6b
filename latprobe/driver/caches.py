"""The processor's caches, as the kernel describes them."""

from pathlib import Path
from typing import Final

_CPUS: Final = Path("/sys/devices/system/cpu")
_WHERE_UNKNOWN_BYTES: Final = 64 * 2**20
_MOST_BYTES: Final = 512 * 2**20
_MULTIPLES: Final = {"K": 2**10, "M": 2**20, "G": 2**30}


def bytes_to_evict(cpu: int | None, cpus: Path = _CPUS) -> int:
    """How much memory to walk through so that the caches of a CPU hold nothing else.

    Twice its largest cache: one that replaces roughly the oldest line, or takes what the level
    above it throws out, still holds some of what was there after a walk of its own size. At most
    512 MiB, since virtual machines are known to claim more cache than any processor has.
    """
    sizes = [_size(path) for path in (cpus / f"cpu{cpu or 0}" / "cache").glob("index[0-9]*/size")]
    largest = max(sizes, default=0)
    return min(2 * largest or _WHERE_UNKNOWN_BYTES, _MOST_BYTES)


def _size(path: Path) -> int:
    """`32768K` in bytes; 0 for what is not such a size."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return 0
    number, multiple = (text[:-1], text[-1:]) if text[-1:] in _MULTIPLES else (text, "")
    return int(number) * _MULTIPLES.get(multiple, 1) if number.isdecimal() else 0
