"""Which caches are simulated."""

from pathlib import Path

import pytest

from latprobe.driver.simulation.caches import PROCESSORS, caches_of, option_of
from latprobe.errors import ScenarioError
from latprobe.run.counters import Cache
from latprobe.scenario import Simulate


def machine(folder: Path, *caches: tuple[int, str, str, str]) -> Path:
    """A processor whose caches the kernel describes by level, type, size and ways."""
    for index, (level, kind, size, ways) in enumerate(caches):
        place = folder / "cpu0" / "cache" / f"index{index}"
        place.mkdir(parents=True)
        files = {"level": str(level), "type": kind, "size": size, "ways_of_associativity": ways}
        for name, text in {**files, "coherency_line_size": "64"}.items():
            (place / name).write_text(f"{text}\n")
    return folder


FIRST = ((1, "Data", "48K", "12"), (1, "Instruction", "32K", "8"))


def test_they_are_this_machine_s_where_nothing_else_is_said(tmp_path: Path) -> None:
    cpus = machine(tmp_path, *FIRST, (2, "Unified", "1024K", "8"), (3, "Unified", "32768K", "16"))

    caches = caches_of(Simulate(), cpus)

    assert caches.source == "this machine"
    assert option_of(caches.data) == "49152,12,64"
    assert option_of(caches.instructions) == "32768,8,64"
    assert option_of(caches.last_level) == "33554432,16,64"


def test_the_last_level_is_the_highest_that_there_is(tmp_path: Path) -> None:
    cpus = machine(tmp_path, *FIRST, (2, "Unified", "2048K", "8"))

    assert caches_of(Simulate(), cpus).last_level == Cache(2 << 20, 8, 64)


@pytest.mark.parametrize("processor", PROCESSORS)
def test_sets_number_a_power_of_two_and_nearly_all_of_the_size_stays(processor: str) -> None:
    named = PROCESSORS[processor]
    caches = caches_of(Simulate(cpu=processor))
    for real, simulated in zip(
        named, (caches.instructions, caches.data, caches.last_level), strict=True
    ):
        sets = simulated.size_bytes // (simulated.ways * simulated.line_bytes)
        assert sets & (sets - 1) == 0
        assert 0.94 * real.size_bytes <= simulated.size_bytes <= real.size_bytes


def test_a_size_overrules_the_processor_s(tmp_path: Path) -> None:
    cpus = machine(tmp_path, *FIRST)

    caches = caches_of(Simulate(cpu="epyc-9005", data_cache="64KiB, 4, 128"), cpus)

    assert caches.source == "epyc-9005 and the scenario"
    assert caches.data == Cache(64 << 10, 4, 128)
    assert caches.last_level == Cache(32 << 20, 16, 64)


def test_what_the_kernel_does_not_tell_is_that_of_a_usual_processor(tmp_path: Path) -> None:
    caches = caches_of(Simulate(), machine(tmp_path, (1, "Data", "lots", "8")))

    assert caches.data == Cache(32 << 10, 8, 64)
    assert caches.last_level.size_bytes == 32 << 20


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Simulate(cpu="abacus"), "are not known: name one of epyc-7003"),
        (Simulate(data_cache="big"), "`simulate.data_cache` is 'big'"),
        (Simulate(data_cache="32KiB"), "expected size, ways"),
        (Simulate(data_cache="32KiB,8,48"), "power of two"),
        (Simulate(data_cache="32KiB,8,8"), "power of two"),
        (Simulate(data_cache="256,8,64"), "at least one line"),
        (Simulate(last_level_cache="32KiB,0"), "at least one line"),
        (Simulate(instruction_cache="32KiB,8,64,1"), "expected size, ways"),
    ],
)
def test_caches_that_there_cannot_be_are_refused(wanted: Simulate, words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        caches_of(wanted)
