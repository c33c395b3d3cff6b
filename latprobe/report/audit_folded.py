"""Stacks of an audit for flame graphs: folded lines, a picture, and speedscope's format."""

import json
from collections.abc import Iterator
from typing import Any, Final, Literal

from latprobe import _core
from latprobe.errors import RunError
from latprobe.report.audit_words import stage_text
from latprobe.report.printable import printable
from latprobe.run.audited import call_sites_of, frames_of, shown_path, target_module
from latprobe.run.call_sites import CallSite, CallSitePass, CodeAddress, CodeLocation
from latprobe.run.model import RunDocument

Weight = Literal["allocations", "bytes", "frees", "reallocations", "locks", "system-calls"]
WEIGHTS: Final[tuple[Weight, ...]] = (
    "allocations",
    "bytes",
    "frees",
    "reallocations",
    "locks",
    "system-calls",
)
_SPEEDSCOPE: Final = "https://www.speedscope.app/file-format-schema.json"


def folded_lines(run: RunDocument, weight: Weight) -> list[str]:
    """A line for each stack, `stage;outer;…;inner count`, library and inlined functions and all."""
    sums: dict[str, int] = {}
    for frames, amount in _weighed(run, weight):
        stack = ";".join(_plain(name) for name, _ in frames)
        sums[stack] = sums.get(stack, 0) + amount
    return [f"{stack} {amount}" for stack, amount in sorted(sums.items())]


def flame_graph(run: RunDocument, weight: Weight) -> str:
    """A picture of the stacks, as an SVG that can be searched and zoomed into.

    Raises:
        RunError: where there is nothing to be drawn.
    """
    lines = folded_lines(run, weight)
    if not lines:
        raise RunError(f"{run.id}: there are no {weight} to draw: nothing of the kind was seen")
    title = printable(f"{run.scenario.name}: {weight} by stage and stack")
    return _core.flame_graph(title, weight, lines)


def speedscope(run: RunDocument) -> str:
    """All weights that there are, each a profile in the format of speedscope.app."""
    frames: dict[tuple[str, CodeLocation | None], int] = {}
    profiles = []
    for weight in WEIGHTS:
        samples, weights = [], []
        for stack, amount in _weighed(run, weight):
            samples.append([frames.setdefault(frame, len(frames)) for frame in stack])
            weights.append(amount)
        if samples:
            profiles.append(_profile(weight, samples, weights))
    document = {
        "$schema": _SPEEDSCOPE,
        "exporter": f"latprobe {run.latprobe_version}",
        "name": run.scenario.name,
        "activeProfileIndex": 0,
        "shared": {"frames": [_frame(name, location, run) for name, location in frames]},
        "profiles": profiles,
    }
    return json.dumps(document, indent=1)


def _profile(weight: Weight, samples: list[list[int]], weights: list[int]) -> dict[str, Any]:
    return {
        "type": "sampled",
        "name": weight,
        "unit": "bytes" if weight == "bytes" else "none",
        "startValue": 0,
        "endValue": sum(weights),
        "samples": samples,
        "weights": weights,
    }


def _frame(name: str, location: CodeLocation | None, run: RunDocument) -> dict[str, Any]:
    if location is None or location.file is None:
        return {"name": name}
    file = shown_path(location.file, run.audit) if run.audit else location.file
    frame = {"name": name, "file": file, "line": location.line, "col": location.column}
    return {key: value for key, value in frame.items() if value is not None}


def _weighed(
    run: RunDocument, weight: Weight
) -> Iterator[tuple[list[tuple[str, CodeLocation | None]], int]]:
    """Each site's stack, the stage first and then from the outside in, and its amount."""
    found = call_sites_of(run)
    if found is None:
        return
    target = target_module(found, run)
    for site in found.sites:
        amount = _amount(site, weight)
        if amount:
            stack = _from_outside(site, found, target)
            yield [(stage_text(site.stage, site.hop), None), *stack], amount


def _from_outside(
    site: CallSite, found: CallSitePass, target: str
) -> list[tuple[str, CodeLocation | None]]:
    frames = list(frames_of(found.stacks[site.stack], found))
    named = [(_name(address, location, found, target), location) for address, location in frames]
    return named[::-1]


def _name(
    address: CodeAddress, location: CodeLocation | None, found: CallSitePass, target: str
) -> str:
    if location is not None:
        return location.function
    module = target if address.module is None else found.modules[address.module].path
    return f"{module.rpartition('/')[2]}+{address.address:#x}"


def _amount(site: CallSite, weight: Weight) -> int:
    amount: int = getattr(site.counts, weight.replace("-", "_"))
    return amount


def _plain(name: str) -> str:
    """A name that cannot be taken for two, nor for a terminal's order."""
    return printable(name).replace(";", ":")
