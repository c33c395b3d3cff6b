"""Whether the clock that a run was timed with can be trusted, as `latprobe doctor` would say."""

from functools import cache

from latprobe.instrument.clock import clock_findings
from latprobe.instrument.system_files import SystemFiles, read_system_files
from latprobe.run.examination import Finding
from latprobe.run.model import RunDocument


def unsound_findings(run: RunDocument) -> list[Finding]:
    """What makes the times of a run wrong, each with what to do; empty where nothing does."""
    instruments = [fork.instrument for fork in run.forks if fork.instrument is not None]
    drifts = [fork.drift for fork in run.forks if fork.drift is not None]
    cpu = next((fork.cpu for fork in run.forks if fork.cpu is not None), 0)
    findings = clock_findings(_files_of(cpu), instruments, drifts)
    return [it for it in findings if it.verdict == "unsound"]


@cache
def _files_of(cpu: int) -> SystemFiles:
    return read_system_files(cpu)
