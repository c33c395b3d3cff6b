"""Findings about the CPU, from files that are made up and from this machine's own."""

import os
from pathlib import Path

import pytest

from latprobe.instrument.cpu_list import format_cpu_list, parse_cpu_list
from latprobe.instrument.processor import is_virtual, processor_findings
from latprobe.instrument.system_files import SystemFiles, read_system_files
from latprobe.run.examination import Finding

CPUINFO = """processor\t: 0
model name\t: Ryzen 9
flags\t\t: fpu tsc constant_tsc nonstop_tsc{more}
bogomips\t: 5192.19
"""
BARE = CPUINFO.format(more="")
GUEST = CPUINFO.format(more=" hypervisor")


def findings(
    files: SystemFiles, cpu: int = 3, allowed: str = "0-3", pinned: bool = True
) -> dict[str, Finding]:
    found = processor_findings(files, cpu=cpu, allowed=parse_cpu_list(allowed), pinned=pinned)
    return {finding.name: finding for finding in found}


@pytest.mark.parametrize(
    ("text", "cpus"),
    [
        ("", set()),
        ("0", {0}),
        ("0-3,8", {0, 1, 2, 3, 8}),
        ("2,4-5\n", {2, 4, 5}),
        ("(null)", set()),
        ("1-x", set()),
    ],
)
def test_a_list_of_cpus_is_read_as_the_kernel_writes_it(text: str, cpus: set[int]) -> None:
    assert parse_cpu_list(text) == cpus


@pytest.mark.parametrize("text", ["0", "0-3,8", "1,3,5", "2-3,5-7,9"])
def test_a_list_of_cpus_is_written_as_it_was_read(text: str) -> None:
    assert format_cpu_list(parse_cpu_list(text)) == text


def test_a_bare_machine_that_is_set_up_well_has_nothing_to_be_advised() -> None:
    files = SystemFiles(
        cpuinfo=BARE, isolated="2-3", smt_active="0", siblings="3", governor="performance"
    )

    assert {name: (it.verdict, it.advice) for name, it in findings(files).items()} == {
        "pinning": ("good", ""),
        "isolation": ("good", ""),
        "SMT": ("good", ""),
        "governor": ("good", ""),
    }


def test_an_isolated_cpu_that_is_not_used_is_named() -> None:
    finding = findings(SystemFiles(isolated="2-3"), cpu=1, allowed="0-1")["isolation"]

    assert finding.verdict == "worse"
    assert "taskset -c 2-3" in finding.advice


def test_a_sibling_on_the_same_core_is_named() -> None:
    finding = findings(SystemFiles(smt_active="1", siblings="3,7"))["SMT"]

    assert (finding.verdict, finding.value) == ("worse", "CPU 3 shares its core with 7")


def test_a_sibling_that_is_switched_off_does_no_harm() -> None:
    assert findings(SystemFiles(cpuinfo=BARE, siblings="3"))["SMT"].verdict == "good"


def test_a_guest_does_not_know_with_whom_it_shares_its_core() -> None:
    finding = findings(SystemFiles(cpuinfo=GUEST, smt_active="0", siblings="3"))["SMT"]

    assert finding.verdict == "worse"


def test_a_governor_that_saves_power_is_to_be_replaced() -> None:
    finding = findings(SystemFiles(governor="powersave", boost="1"))["governor"]

    assert (finding.verdict, finding.value) == ("worse", "powersave, boost on")
    assert "performance" in finding.advice


def test_forks_that_are_not_pinned_are_worse_than_could_be() -> None:
    assert findings(SystemFiles(), pinned=False)["pinning"].verdict == "worse"
    assert findings(SystemFiles(), cpu=0, allowed="0")["pinning"].verdict == "worse"


def test_files_that_are_not_there_are_none_and_others_end_without_their_newline(
    tmp_path: Path,
) -> None:
    siblings = tmp_path / "sys/devices/system/cpu/cpu2/topology/thread_siblings_list"
    siblings.parent.mkdir(parents=True)
    siblings.write_text("2,6\n")

    assert read_system_files(2, tmp_path) == SystemFiles(siblings="2,6")


def test_this_machines_own_files_are_read() -> None:
    cpu = max(os.sched_getaffinity(0))
    files = read_system_files(cpu)

    cpuinfo = Path("/proc/cpuinfo").read_text()
    assert is_virtual(files) == (" hypervisor" in cpuinfo)
    assert {
        it.name
        for it in processor_findings(
            files, cpu=cpu, allowed=frozenset(os.sched_getaffinity(0)), pinned=True
        )
    } == {"pinning", "isolation", "SMT", "governor"}
