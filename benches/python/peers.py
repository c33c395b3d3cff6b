"""The same callable by timeit, pyperf and pytest-benchmark, each as its users call it."""

import json
import subprocess
import sys
import time
import timeit
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benches.native import BenchError
from benches.python.subject import nothing

_SETUP: Final = "from benches.python.subject import nothing; payload = memoryview(bytes(200))"
_PYPERF: Final = (
    *("pyperf", "timeit", "--quiet", "--processes", "3", "--values", "3"),
    *("--inherit-environ", "PYTHONPATH"),
)
_PYTEST: Final = (
    *("pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=", "--benchmark-max-time=0.5"),
)
_TIMEOUT_SECONDS: Final = 120
_TEST: Final = """
from benches.python.subject import nothing

def test_nothing(benchmark):
    benchmark(nothing, memoryview(bytes(200)))
"""


def timeit_ns(calls: int) -> float:
    """Nanoseconds of a call in timeit's loop."""
    names = {"nothing": nothing, "payload": memoryview(bytes(200))}
    return (
        1e9
        * timeit.timeit("nothing(payload)", globals=names, number=calls, timer=time.thread_time)
        / calls
    )


def pyperf_ns() -> float:
    """The mean of a few processes of `pyperf timeit`.

    Raises:
        BenchError: where it is not installed, or fails.
    """
    with TemporaryDirectory(prefix="latprobe-bench-") as folder:
        out = Path(folder) / "pyperf.json"
        _run(
            [*_PYPERF, "-o", str(out), "-s", _SETUP, "nothing(payload)"],
        )
        runs = json.loads(out.read_text(encoding="utf-8"))["benchmarks"][0]["runs"]
    values = [value for run in runs for value in run.get("values", [])]
    return float(1e9 * sum(values) / len(values))


def pytest_benchmark_ns() -> float:
    """The least of the rounds of pytest-benchmark.

    Raises:
        BenchError: where it is not installed, or fails.
    """
    with TemporaryDirectory(prefix="latprobe-bench-") as folder:
        test, out = Path(folder) / "test_nothing.py", Path(folder) / "out.json"
        test.write_text(_TEST, encoding="utf-8")
        _run(
            [*_PYTEST, f"--benchmark-json={out}", str(test)],
        )
        (found,) = json.loads(out.read_text(encoding="utf-8"))["benchmarks"]
    return float(1e9 * found["stats"]["min"])


def _run(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_SECONDS,
        check=False,
        env={"PYTHONPATH": str(Path.cwd()), "PATH": "/usr/bin:/bin"},
    )
    if done.returncode:
        raise BenchError(f"{arguments[0]}: {(done.stderr or done.stdout).strip()[-300:]}")
