"""Findings about the CPU that forks run on: pinning, isolation, SMT, governor."""

from collections.abc import Iterator

from latprobe.instrument.cpu_list import format_cpu_list, parse_cpu_list
from latprobe.instrument.system_files import SystemFiles
from latprobe.run.examination import Finding


def processor_findings(
    files: SystemFiles, *, cpu: int, allowed: frozenset[int], pinned: bool
) -> Iterator[Finding]:
    """`allowed` are the CPUs that this process may use; `pinned`, whether forks were on `cpu`."""
    yield _pinning(cpu, allowed, pinned=pinned)
    yield _isolation(files, cpu)
    yield _smt(files, cpu, virtual=is_virtual(files))
    yield _governor(files, virtual=is_virtual(files))


def cpu_flags(files: SystemFiles) -> frozenset[str]:
    """The flags of the first CPU in `/proc/cpuinfo`."""
    for line in (files.cpuinfo or "").splitlines():
        name, _, value = line.partition(":")
        if name.strip() in ("flags", "Features"):
            return frozenset(value.split())
    return frozenset()


def is_virtual(files: SystemFiles) -> bool:
    """Whether a hypervisor says that it is one."""
    return "hypervisor" in cpu_flags(files)


def _pinning(cpu: int, allowed: frozenset[int], *, pinned: bool) -> Finding:
    value = f"CPU {cpu} of {format_cpu_list(allowed)}"
    if not pinned:
        advice = "allow this process to set its CPUs (sched_setaffinity), or forks are moved about"
        return Finding("processor", "pinning", "forks are not pinned", "worse", advice)
    if len(allowed) == 1:
        advice = "allow a second CPU, so that latprobe itself keeps off the one of the forks"
        return Finding("processor", "pinning", value, "worse", advice)
    return Finding("processor", "pinning", value, "good")


def _isolation(files: SystemFiles, cpu: int) -> Finding:
    isolated = parse_cpu_list(files.isolated or "")
    value = f"isolated: {format_cpu_list(isolated)}"
    if cpu in isolated:
        return Finding("processor", "isolation", value, "good")
    if isolated:
        advice = f"run with `taskset -c {format_cpu_list(isolated)}`, or set `drive.cpu` to one"
    else:
        advice = f"boot with `isolcpus={cpu} nohz_full={cpu}`: the scheduler then leaves it alone"
    return Finding("processor", "isolation", value, "worse", advice)


def _smt(files: SystemFiles, cpu: int, *, virtual: bool) -> Finding:
    others = parse_cpu_list(files.siblings or "") - {cpu}
    if files.smt_active is None and files.siblings is None:
        return Finding("processor", "SMT", "unknown", "worse", "the kernel does not say")
    if others:
        value = f"CPU {cpu} shares its core with {format_cpu_list(others)}"
        advice = "switch SMT off (`echo off > /sys/devices/system/cpu/smt/control`), or keep the "
        return Finding("processor", "SMT", value, "worse", advice + "sibling idle")
    if virtual:
        advice = "a host may still share the core: ask for dedicated cores, without SMT"
        return Finding("processor", "SMT", "off, as far as a guest sees", "worse", advice)
    return Finding("processor", "SMT", "off" if files.smt_active != "1" else "no sibling", "good")


def _governor(files: SystemFiles, *, virtual: bool) -> Finding:
    boost = {"1": ", boost on", "0": ", boost off"}.get(files.boost or "", "")
    match files.governor:
        case None if virtual:
            advice = "the host sets the speed: see `speed` for what it does"
            return Finding("processor", "governor", "none to be seen", "worse", advice)
        case None:
            return Finding("processor", "governor", f"none{boost}", "good")
        case "performance":
            return Finding("processor", "governor", f"performance{boost}", "good")
        case other:
            advice = "set it with `cpupower frequency-set -g performance`"
            return Finding("processor", "governor", f"{other}{boost}", "worse", advice)
