"""What pytest loads: options, the marker, the fixture, and the lines at the end.

It imports little but pytest, so that a session without a measure does not pay for latprobe.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

import pytest

from latprobe.pytest_plugin.property import PROPERTY

if TYPE_CHECKING:
    from latprobe.pytest_plugin.fixture import Latprobe

_MARKER: Final = (
    "latprobe(*budgets, feed, seconds, forks, messages, unproven): what each measure of the test's "
    "`latprobe` fixture keeps, and how it is made"
)
_KEY: "Final[pytest.StashKey[Latprobe]]" = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options, all of which begin with `--latprobe`."""
    group = parser.getgroup("latprobe", "latency, allocations and budgets of callables")
    group.addoption("--latprobe-disable", action="store_true", help="skip tests that measure")
    group.addoption(
        "--latprobe-seconds",
        type=float,
        default=0.8,
        metavar="S",
        help="about how long a measure may take (0.8)",
    )
    group.addoption(
        "--latprobe-unproven",
        choices=("warn", "fail", "skip"),
        default="warn",
        help="what becomes of a test whose budget can be told neither kept nor broken (warn)",
    )
    group.addoption(
        "--latprobe-unsound",
        choices=("skip", "run"),
        default="skip",
        help="what becomes of tests on a machine whose clock cannot be trusted (skip)",
    )
    group.addoption(
        "--latprobe-results",
        default="results/runs",
        metavar="DIR",
        help="folder for run documents, from the root folder (results/runs)",
    )
    group.addoption(
        "--latprobe-save", metavar="NAME", help="also keep the runs of this session by a name"
    )
    group.addoption(
        "--latprobe-compare",
        metavar="NAME|PATH",
        help="hold each run against the one that was saved by a name, or a folder or file of such",
    )
    group.addoption(
        "--latprobe-tolerance",
        default="10%",
        metavar="SHARE",
        help="what a time may change by and still count as no change (10%%)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture(name="latprobe")
def _latprobe(request: pytest.FixtureRequest) -> "Latprobe":
    """Measures a callable on a feed: `latprobe(parse, feed="day.arrow").must("p99 < 2us")`."""
    if request.config.getoption("--latprobe-disable"):
        pytest.skip("--latprobe-disable")
    from latprobe.pytest_plugin.fixture import Latprobe  # noqa: PLC0415  # for who measures alone

    latprobe = Latprobe(request)
    request.node.stash[_KEY] = latprobe
    return latprobe


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Judges, as a part of the test, what it has measured and asked nothing of."""
    done = yield
    latprobe = item.stash.get(_KEY, None)
    if latprobe is not None:
        latprobe.finish()
    return done


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Lists what was measured, and what of it is unproven."""
    reports = (it for some in terminalreporter.stats.values() for it in some)
    found = [
        (report.nodeid, said)
        for report in reports
        for name, said in getattr(report, "user_properties", ())
        if name == PROPERTY and report.when == "call"
    ]
    if found:
        from latprobe.pytest_plugin.summary import write_summary  # noqa: PLC0415  # as above

        write_summary(terminalreporter, found)
