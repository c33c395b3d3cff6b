"""Under which conditions a run was measured, and in what two of them differ."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from latprobe.run.change import Side
from latprobe.run.instrument import ClockReading
from latprobe.run.measured import Measured
from latprobe.run.model import DigestPass, LatencyPass, Machine, RunDocument
from latprobe.run.observation import Conditions

_NOT_THE_WORK: Final = ("forks", "cpu", "clock", "worker_cpus", "shuffle", "repeats")
"""Settings of the drive that do not change what the target is asked to do; the clock that was
chosen is the machine's."""


def side_of(run: RunDocument, label: str) -> Side:
    """Who a run is, in a comparison."""
    target = run.target
    return Side(
        label=label,
        run=run.id,
        scenario=run.scenario.name,
        target=target.name,
        library=target.library,
        library_sha256=target.sha256,
        git_revision=target.git_revision,
        feed=run.feed.name,
        feed_sha256=run.feed.sha256,
        machine=machine_text(_machine(run)),
        forks=sum(1 for fork in run.forks if isinstance(fork.result, LatencyPass)),
        started=run.started,
        family=target.family,
    )


def conditions_of(run: RunDocument, measured: Measured) -> Conditions:
    """What has to be alike for another run to be held against this one."""
    return Conditions(
        machine=_machine(run),
        feed=run.feed.sha256,
        settings=_settings(run, measured),
        digest=_digest(measured.digest),
        allocator="" if run.allocator is None else run.allocator.name,
        allocator_sha256="" if run.allocator is None else run.allocator.sha256,
    )


def class_of_machines(machine: Machine, clocks: Sequence[ClockReading]) -> dict[str, str]:
    """Not the name of the host, its memory or the kernel's version: CI machines change them."""
    step = round(max((it.granularity_ns for it in clocks), default=0.0))
    sources = sorted({it.source for it in clocks})
    return {
        "processor": machine.cpu_model,
        "CPUs": f"{machine.cpus} CPUs",
        "hypervisor": "virtual" if machine.hypervisor else "bare metal",
        "governor": f"governor {machine.governor or 'unknown'}",
        "system": machine.system.partition(" ")[0],
        "clock": f"clock {' and '.join(sources) or 'unknown'} in steps of {max(step, 1)} ns",
    }


def machine_text(machine: Mapping[str, str]) -> str:
    """A class of machines in words."""
    return ", ".join(f"{machine[name]}" for name in machine)


def differences(before: Conditions, after: Conditions) -> list[str]:
    """In what two sides are unlike, a clause for each: `feeds: 5f5f5f5f5f5f and 6060`."""
    return [
        *_between("machines", before.machine, after.machine),
        *([] if before.feed == after.feed else [f"feeds: {_short(before.feed, after.feed)}"]),
        *_between("settings", before.settings, after.settings),
        *_between("digests", before.digest, after.digest),
    ]


def allocator_difference(before: Conditions, after: Conditions) -> str | None:
    """In which allocators two sides differ; None where they have the same.

    It is not among `differences`: to compare allocators is a question of its own.
    """
    one, other = before, after
    if (one.allocator, one.allocator_sha256) == (other.allocator, other.allocator_sha256):
        return None
    return f"allocators: {_allocator(one)} and {_allocator(other)}"


def _allocator(conditions: Conditions) -> str:
    if not conditions.allocator:
        return "libc's"
    return f"{conditions.allocator} (sha256 {conditions.allocator_sha256[:12]})"


def _machine(run: RunDocument) -> dict[str, str]:
    clocks = [fork.instrument.clock for fork in run.forks if fork.instrument is not None]
    return class_of_machines(run.machine, clocks)


def _settings(run: RunDocument, measured: Measured) -> dict[str, str]:
    drive: dict[str, Any] = msgspec.to_builtins(run.scenario.drive)
    settings = {name: str(value) for name, value in drive.items() if name not in _NOT_THE_WORK}
    settings["warmup"], settings["messages"] = str(run.warmup), str(run.messages)
    config = msgspec.json.encode(run.scenario.target.config, order="sorted").decode()
    settings["config"] = config
    if run.scenario.env:
        settings["env"] = msgspec.json.encode(run.scenario.env, order="sorted").decode()
    if run.scenario.match is not None:
        settings["match"] = msgspec.json.encode(run.scenario.match, order="sorted").decode()
    if measured.simulation is not None:
        caches = measured.simulation.caches
        settings["simulated caches"] = msgspec.json.encode(caches, order="sorted").decode()
    return settings


def _digest(digest: DigestPass | None) -> dict[str, str]:
    if digest is None:
        return {}
    understood = {it.kind: f"{it.messages} messages, {it.checksum}" for it in digest.kinds}
    return understood | {"errors": str(sum(digest.errors.values()))}


def _between(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for name in dict.fromkeys([*before, *after]):
        one, other = before.get(name), after.get(name)
        if what == "settings" and name == "simulated caches" and None in (one, other):
            continue
        if what == "settings" and name in _NOT_THE_WORK:  # baselines of before may have them
            continue
        if one != other:
            yield f"{what}, {name}: {one or 'none'} and {other or 'none'}"


def _short(one: str, other: str) -> str:
    return f"sha256 {one[:12]} and {other[:12]}"
