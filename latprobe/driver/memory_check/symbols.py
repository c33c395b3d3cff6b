"""From addresses in files to functions."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path, PurePosixPath

import msgspec

from latprobe import _core
from latprobe.driver.memory_check.reported import Frame
from latprobe.run.call_sites import CodeLocation


class _Symbolized(msgspec.Struct, frozen=True):
    locations: tuple[CodeLocation, ...]


def symbolize(addresses: Sequence[tuple[str, int]]) -> list[tuple[Frame, ...]]:
    """The functions at each address, the innermost first; its file's name where none is known."""
    return [_frames(module, address) for module, address in addresses]


@cache
def _frames(module: str, address: int) -> tuple[Frame, ...]:
    answer = _core.symbolize(Path(module), [address])
    (known,) = msgspec.json.decode(answer, type=list[_Symbolized])
    unknown = CodeLocation(f"{PurePosixPath(module).name}+{address:#x}")
    return tuple(Frame(it, module) for it in known.locations or (unknown,))
