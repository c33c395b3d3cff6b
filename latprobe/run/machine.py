"""The machine that a run was measured on, from the kernel's own files."""

import platform
import socket
from pathlib import Path

import psutil

from latprobe.run.model import Machine

_CPUINFO = Path("/proc/cpuinfo")
_GOVERNOR = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")


def describe_machine() -> Machine:
    """Reads what the machine says of itself."""
    cpuinfo = _CPUINFO.read_text(encoding="utf-8") if _CPUINFO.exists() else ""
    fields: dict[str, str] = {}
    for line in cpuinfo.splitlines():
        name, _, value = line.partition(":")
        fields[name.strip()] = value.strip()
    return Machine(
        hostname=socket.gethostname(),
        system=f"{platform.system()} {platform.release()}",
        cpu_model=fields.get("model name", platform.processor() or platform.machine()),
        cpus=psutil.cpu_count() or 1,
        memory_bytes=psutil.virtual_memory().total,
        hypervisor="hypervisor" in fields.get("flags", "").split(),
        governor=_GOVERNOR.read_text(encoding="utf-8").strip() if _GOVERNOR.exists() else None,
        python=platform.python_version(),
    )
