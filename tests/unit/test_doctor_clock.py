"""Findings about the clock, from readings that are made up."""

import pytest

from latprobe.instrument.clock import clock_findings
from latprobe.instrument.system_files import SystemFiles
from latprobe.run.examination import Finding
from latprobe.run.model import Calibration, ClockReading, Drift, Instrument

FILES = SystemFiles(
    cpuinfo="flags\t: tsc constant_tsc nonstop_tsc",
    clocksource="tsc",
    clocksources="tsc hpet acpi_pm",
)


def instrument(
    *,
    source: str = "tsc",
    granularity_ns: float = 0.4,
    read_cost_ns: float = 9.0,
    offset_error_ns: float = 0.1,
    slope: float = 1.0,
    product_ns: float = 0.675,
) -> Instrument:
    return Instrument(
        ClockReading(source, 2.6e9, granularity_ns, read_cost_ns),
        Calibration(17.0, offset_error_ns, slope, product_ns),
    )


def findings(
    *instruments: Instrument,
    files: SystemFiles = FILES,
    drift: Drift = Drift(1.0, 0.675),  # noqa: B008  # immutable
) -> dict[str, Finding]:
    return {it.name: it for it in clock_findings(files, instruments, [drift])}


def test_a_fine_and_steady_clock_is_good_throughout() -> None:
    found = findings(instrument(), instrument())

    assert len(found) == 8
    assert {it.verdict for it in found.values()} == {"good"}


@pytest.mark.parametrize(
    "files",
    [
        SystemFiles(cpuinfo="flags\t: tsc constant_tsc", clocksources="tsc hpet"),
        SystemFiles(cpuinfo="flags\t: tsc nonstop_tsc", clocksources="tsc hpet"),
        SystemFiles(cpuinfo="flags\t: tsc constant_tsc nonstop_tsc", clocksources="hpet acpi_pm"),
        SystemFiles(),
    ],
)
def test_a_tsc_that_is_not_known_to_be_steady_is_unsound(files: SystemFiles) -> None:
    assert findings(instrument(), files=files)["invariant"].verdict == "unsound"


def test_the_counter_of_an_arm_processor_needs_no_flags() -> None:
    found = findings(instrument(source="cntvct"), files=SystemFiles())

    assert {it.verdict for it in found.values()} == {"good"}


def test_the_kernels_clock_is_coarser_and_sound() -> None:
    found = findings(instrument(source="monotonic_raw"), files=SystemFiles(clocksources="hpet"))

    assert (found["source"].verdict, found["invariant"].verdict) == ("worse", "worse")


@pytest.mark.parametrize(
    ("name", "reading", "verdict"),
    [
        ("granularity", instrument(granularity_ns=10.0), "worse"),
        ("granularity", instrument(granularity_ns=280.0), "unsound"),
        ("read cost", instrument(read_cost_ns=400.0), "worse"),
        ("offset", instrument(offset_error_ns=0.5), "worse"),
        ("offset", instrument(offset_error_ns=1.5), "unsound"),
        ("slope", instrument(slope=1.03), "unsound"),
        ("slope", instrument(slope=0.97), "unsound"),
        ("speed", instrument(product_ns=0.70), "worse"),
    ],
)
def test_a_reading_that_is_off_is_told(name: str, reading: Instrument, verdict: str) -> None:
    found = findings(reading)

    assert found[name].verdict == verdict
    assert found[name].advice
    assert {it.verdict for it in found.values() if it.name != name} == {"good"}


def test_one_fork_that_was_disturbed_does_not_make_the_slope_unsound() -> None:
    found = findings(instrument(), instrument(slope=1.2), instrument())

    assert found["slope"].verdict == "good"


@pytest.mark.parametrize(("ppm", "verdict"), [(-90, "good"), (-300, "worse"), (2_000, "unsound")])
def test_a_clock_that_drifts_is_told(ppm: float, verdict: str) -> None:
    assert findings(instrument(), drift=Drift(ppm, 0.675))["drift"].verdict == verdict


def test_without_a_fork_there_is_nothing_to_be_said() -> None:
    assert findings() == {}
