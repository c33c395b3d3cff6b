"""Which caches are simulated: those of this machine, of a named processor, or by size."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from latprobe.errors import ScenarioError
from latprobe.run.counters import Cache, Caches
from latprobe.scenario.simulation import Simulate

_CPUS: Final = Path("/sys/devices/system/cpu")
_MULTIPLES: Final = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}
_SIZE: Final = re.compile(r"(\d{1,12})([KMG]?)(?:iB|B)?")
_LEAST_LINE_BYTES: Final = 16


def _cache(size: int, ways: int, line: int = 64) -> Cache:
    return Cache(size, ways, line)


_ZEN = (_cache(32 << 10, 8), _cache(32 << 10, 8), _cache(32 << 20, 16))
_ZEN5 = (_cache(32 << 10, 8), _cache(48 << 10, 12), _cache(32 << 20, 16))

PROCESSORS: Final[Mapping[str, tuple[Cache, Cache, Cache]]] = {
    "epyc-7003": _ZEN,
    "epyc-9004": _ZEN,
    "epyc-9005": _ZEN5,
    "ryzen-5000": _ZEN,
    "ryzen-7000": _ZEN,
    "ryzen-9000": _ZEN5,
    "xeon-gold-6248r": (_cache(32 << 10, 8), _cache(32 << 10, 8), _cache(36_608 << 10, 11)),
    "xeon-gold-6348": (_cache(32 << 10, 8), _cache(48 << 10, 12), _cache(42 << 20, 12)),
    "xeon-platinum-8480": (_cache(32 << 10, 8), _cache(48 << 10, 12), _cache(105 << 20, 15)),
}
"""First-level instruction and data cache, and last-level cache, of processors by name.

The last level is what one core reaches: of AMD's, that of its own complex (models with 3D V-Cache
have three times as much). Sources: AMD's and Intel's optimisation manuals and product pages.
"""


def caches_of(wanted: Simulate, cpus: Path = _CPUS) -> Caches:
    """The caches that a scenario asks for, each size overruling the processor's.

    Raises:
        ScenarioError: for a processor that is not known, or a cache that there cannot be.
    """
    if wanted.cpu is None:
        source, found = "this machine", _of_this_machine(cpus)
    elif wanted.cpu in PROCESSORS:
        source, found = wanted.cpu, PROCESSORS[wanted.cpu]
    else:
        known = ", ".join(PROCESSORS)
        raise ScenarioError(
            f"`simulate.cpu`: the caches of '{wanted.cpu}' are not known: name one of {known}, or "
            "give the sizes of its caches"
        )
    sizes = ("instruction_cache", "data_cache", "last_level_cache")
    named = [getattr(wanted, name) for name in sizes]
    given = [
        cache if text is None else _read(name, text)
        for name, text, cache in zip(sizes, named, found, strict=True)
    ]
    if any(text is not None for text in named):
        source = "the scenario" if all(named) else f"{source} and the scenario"
    instructions, data, last_level = map(_simulated, given)
    return Caches(source, instructions, data, last_level)


def option_of(cache: Cache) -> str:
    """The cache as valgrind's options have it."""
    return f"{cache.size_bytes},{cache.ways},{cache.line_bytes}"


def _simulated(cache: Cache) -> Cache:
    """The same size in sets that number a power of two, as valgrind wants it.

    The number of ways makes up for it: a cache of 12 slices has ways that one of 8 has not.
    """
    sets = max(1, cache.size_bytes // (cache.ways * cache.line_bytes))
    sets = 1 << (sets.bit_length() - 1)
    ways = max(1, cache.size_bytes // (sets * cache.line_bytes))
    return Cache(sets * ways * cache.line_bytes, ways, cache.line_bytes)


def _read(name: str, text: str) -> Cache:
    """`32KiB,8,64`: size, ways, and bytes of a line, by default 64."""
    parts = [part.strip() for part in text.split(",")]
    size = _SIZE.fullmatch(parts[0])
    numbers = [int(it) for it in parts[1:] if it.isdecimal() and len(it) < 10]  # noqa: PLR2004
    if size is None or len(parts) not in (2, 3) or len(numbers) != len(parts) - 1:
        raise ScenarioError(
            f"`simulate.{name}` is '{text}', expected size, ways and bytes of a line, such as "
            "'32KiB,8,64'"
        )
    ways, line = numbers[0], numbers[1] if len(numbers) > 1 else 64
    size_bytes = int(size[1]) * _MULTIPLES[size[2]]
    if line < _LEAST_LINE_BYTES or line & (line - 1) or ways < 1 or size_bytes < ways * line:
        raise ScenarioError(
            f"`simulate.{name}` is '{text}': a line has a power of two of bytes, at least "
            f"{_LEAST_LINE_BYTES}, and each way at least one line"
        )
    return Cache(size_bytes, ways, line)


def _of_this_machine(cpus: Path) -> tuple[Cache, Cache, Cache]:
    """As the kernel describes them; where it does not, those of a processor of today."""
    levels: dict[tuple[int, str], Cache] = {}
    for folder in (cpus / "cpu0" / "cache").glob("index[0-9]*"):
        try:
            level, kind, size, ways, line = (
                (folder / name).read_text(encoding="ascii").strip()
                for name in (
                    "level",
                    "type",
                    "size",
                    "ways_of_associativity",
                    "coherency_line_size",
                )
            )
            levels[int(level), kind] = _read("cpu", f"{size},{ways},{line}")
        except (OSError, ValueError, ScenarioError):
            continue  # one that is not told of, or not in these words
    unified = [level for level, kind in levels if kind == "Unified"]
    instructions = levels.get((1, "Instruction"), _ZEN[0])
    data = levels.get((1, "Data"), _ZEN[1])
    return instructions, data, levels[max(unified), "Unified"] if unified else _ZEN[2]
