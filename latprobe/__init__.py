"""latprobe: what each stage of a market-data path costs, on the feed that it really receives.

    import latprobe

    result = latprobe.measure(parse, "feed.arrow", budgets=["p99.9 < 20us"])
    result.total.latency.p999

What is here is imported once it is used: a target that imports `latprobe.probe` pays for nothing
else.
"""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from latprobe.api.measure import measure as measure
    from latprobe.api.result import Result as Result
    from latprobe.api.run import run as run
    from latprobe.errors import LatprobeError as LatprobeError
    from latprobe.scenario import SynthFeed as SynthFeed

_PLACES: Final = {
    "LatprobeError": "latprobe.errors",
    "Result": "latprobe.api.result",
    "SynthFeed": "latprobe.scenario",
    "measure": "latprobe.api.measure",
    "run": "latprobe.api.run",
}

__all__ = ["LatprobeError", "Result", "SynthFeed", "measure", "run"]


def __getattr__(name: str) -> Any:
    if name == "run":
        return importlib.import_module("latprobe.run")  # a package, which can be called as well
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module 'latprobe' has no attribute '{name}'")
    return getattr(importlib.import_module(place), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
