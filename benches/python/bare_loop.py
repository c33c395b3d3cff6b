"""Loops that call a Python callable with nothing around it, built from C."""

import ctypes
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benches.native import BenchError

_SOURCE: Final = Path(__file__).with_name("vectorcall.c")

Loop = Callable[[Callable[[object], object], object, int], float]
"""Nanoseconds of a call: of this callable, with this argument, over so many calls."""


@dataclass(frozen=True)
class Loops:
    """Both loops.

    Attributes:
        bare: Calls, and nothing else.
        timed: Reads the clock before and after each call, as latprobe reads it around callables.
    """

    bare: Loop
    timed: Loop


@contextmanager
def loops_in_c() -> Iterator[Loops]:
    """Builds the loops with the system's compiler against this interpreter's headers.

    Raises:
        BenchError: where there is no compiler, or no header.
    """
    include = sysconfig.get_path("include")
    with TemporaryDirectory(prefix="latprobe-bench-") as folder:
        out = Path(folder) / "vectorcall.so"
        command = ["cc", "-O2", "-shared", "-fPIC", "-I", include, str(_SOURCE), "-o", str(out)]
        try:
            built = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            raise BenchError(f"the bare loop needs a C compiler: {error}") from error
        if built.returncode:
            raise BenchError(f"the bare loop needs Python.h: {built.stderr.strip()[:300]}")
        library = ctypes.PyDLL(str(out))
        yield Loops(_loop(library.bare_loop), _loop(library.timed_loop))


def _loop(function: Any) -> Loop:
    function.argtypes = [ctypes.py_object, ctypes.py_object, ctypes.c_int64]
    function.restype = ctypes.c_int64

    def loop(callable_: Callable[[object], object], argument: object, calls: int) -> float:
        return float(function(callable_, argument, calls)) / calls

    return loop
