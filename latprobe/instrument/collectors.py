"""Findings about what can be collected here."""

from collections.abc import Iterator, Mapping

from latprobe.instrument.system_files import SystemFiles
from latprobe.run.examination import Finding, Verdict
from latprobe.run.model import Collector, Fork

_TOOLS = {
    "callgrind": (
        "valgrind",
        "install valgrind: `latprobe run --simulate` and `annotate` run on it",
    ),
    "memray": ("memray", "`pip install memray` to find where Python code allocates"),
    "strace": ("strace", "install strace to have `make bench-self` count system calls"),
}


def collector_findings(
    files: SystemFiles,
    forks: Mapping[Collector, Fork],
    counters_problem: str | None,
    tools: Mapping[str, str | None],
) -> Iterator[Finding]:
    """What works here.

    Args:
        files: The kernel's.
        forks: A fork of each collector that latprobe has.
        counters_problem: Why a hardware counter could not be had; None where one counted.
        tools: Where each tool is, by its name; None for one that is not there.
    """
    for collector, fork in forks.items():
        yield _collector(collector, fork)
    yield _counters(files, counters_problem)
    for name, (tool, advice) in _TOOLS.items():
        path = tools.get(tool)
        verdict: Verdict = "good" if path else "worse"
        yield Finding("collectors", name, path or "not installed", verdict, "" if path else advice)


def _collector(collector: Collector, fork: Fork) -> Finding:
    if fork.failure is None:
        return Finding("collectors", collector, "works", "good")
    words = (fork.failure.detail.splitlines() or [""])[0]
    value = f"{fork.failure.reason}: {words}"
    return Finding("collectors", collector, value, "unsound", "it cannot be used on this machine")


def _counters(files: SystemFiles, problem: str | None) -> Finding:
    paranoid = f"perf_event_paranoid is {files.perf_event_paranoid}"
    problem = problem if problem is None else problem.partition(";")[0]
    if problem is None:
        return Finding("collectors", "counters", f"hardware counters count; {paranoid}", "good")
    value = f"unsupported: {problem}; {paranoid}"
    if files.perf_event_paranoid is None:
        value = f"unsupported: {problem}; the kernel is built without them"
    level = files.perf_event_paranoid or ""
    if level.lstrip("-").isdecimal() and int(level) > 2:  # noqa: PLR2004  # own code is forbidden
        advice = "`sysctl kernel.perf_event_paranoid=2` lets a program count its own events"
    else:
        advice = (
            "a virtual machine needs its host to pass the counters on; callgrind simulates them: "
            "`latprobe run --simulate`"
        )
    return Finding("collectors", "counters", value, "worse", advice)
