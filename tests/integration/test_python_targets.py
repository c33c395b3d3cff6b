"""Python targets in forks: what they allocate, how they end, and where they come from."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from latprobe.driver.plan import Volume
from latprobe.driver.steps import run_collector
from latprobe.feed.reader import open_feed
from latprobe.pipeline.feeds import replayable
from latprobe.run.model import AllocationPass, Collector, DigestPass, Fork
from latprobe.scenario import Limits, Scenario, TargetReference
from tests.integration.conftest import Bench

MESSAGES = 500

SOURCE = """
import ctypes, gc, os, sys
from latprobe import probe

class Keeping:
    stages = ("keep", "drop")

    def __init__(self, messages=500):
        self.kept = [None] * messages
        self.numbers = iter(list(range(messages)))  # objects that are there before

    def on_message(self, payload):
        self.kept[next(self.numbers)] = bytes(1_000)
        probe.mark("keep")
        bytearray(200)
        bytearray(200)
        bytearray(200)
        probe.mark("drop")
        return "kept" if payload else "empty"

def raising(payload):
    if payload[0] % 2:
        raise ValueError("odd")

def leaving(payload):
    if payload[0] == 7:
        sys.exit(0)

def failing(payload):
    if payload[0] == 7:
        ctypes.string_at(0)

def hanging(payload):
    while payload[0] == 7:
        pass

class Collector:
    def on_message(self, payload):
        pass

    def metrics(self):
        return {"enabled": gc.isenabled(), "frozen": gc.get_freeze_count() > 0}

def from_bytes(payload):
    assert type(payload) is bytes
"""


@pytest.fixture
def fork(bench: Bench) -> Callable[..., Fork]:
    (bench.folder / "handlers.py").write_text(SOURCE)
    feed = bench.feed(bytes([number % 256]) for number in range(MESSAGES))

    def run(
        name: str, collector: Collector = "digest", timeout_s: float = 60, **settings: Any
    ) -> Fork:
        target = TargetReference(python=f"handlers:{name}", path=(str(bench.folder),), **settings)
        scenario = Scenario("case", str(feed), target, limits=Limits(timeout_s=timeout_s))
        mapped = replayable(open_feed(feed))
        return run_collector(collector, scenario, mapped, Volume(0, MESSAGES), lambda _: None)

    return run


def counted(fork: Fork) -> AllocationPass:
    assert isinstance(fork.result, AllocationPass), fork.failure
    return fork.result


def understood(fork: Fork) -> DigestPass:
    assert isinstance(fork.result, DigestPass), fork.failure
    return fork.result


def test_allocations_are_those_that_tracemalloc_sees(fork: Callable[..., Fork]) -> None:
    (kind,) = counted(fork("Keeping", "allocations")).kinds
    slots: list[bytes | None] = [None] * MESSAGES
    tracemalloc.start()
    before = tracemalloc.take_snapshot()
    for number in range(MESSAGES):
        slots[number] = bytes(1_000)
    after = tracemalloc.take_snapshot()
    tracemalloc.stop()
    (kept, *_) = [it for it in after.compare_to(before, "lineno") if it.count_diff == MESSAGES]

    keep, drop = kind.stages
    assert (keep.sum.allocations, keep.sum.frees) == (kept.count_diff, 0)
    assert keep.sum.bytes == kept.size_diff
    # An object and its buffer, with a byte behind the last one.
    assert (drop.sum.allocations, drop.sum.frees) == (6 * MESSAGES, 6 * MESSAGES)
    assert drop.most.bytes == 3 * (56 + 201)


@pytest.mark.parametrize("payload", ["memoryview", "bytes"])
def test_what_latprobe_hands_over_is_no_allocation_of_the_target(
    fork: Callable[..., Fork], payload: str
) -> None:
    result = counted(fork("raising", "allocations", payload=payload))

    kinds = {it.kind: it.total for it in result.kinds}
    assert {kind: it.messages for kind, it in kinds.items()} == {"message": 250, None: 250}
    assert kinds["message"].sum.allocations == 0
    # Of what is raised, the exception itself is the target's.
    assert kinds[None].sum.allocations >= 250
    assert result.harness.allocations == 0


def test_exceptions_are_counted_and_the_pass_goes_on(fork: Callable[..., Fork]) -> None:
    found = understood(fork("raising"))

    assert found.errors == {"ValueError": 250}
    assert found.error_examples == {"ValueError": "odd (handlers.py:23)"}
    assert sum(it.messages for it in found.kinds) == MESSAGES - 250


@pytest.mark.parametrize(
    ("name", "reason", "words"),
    [
        ("leaving", "crashed", "exit code 0; it said: SystemExit: 0"),
        ("failing", "crashed", "SIGSEGV"),
        ("hanging", "hung", "no message was finished in 3 s"),
    ],
)
def test_a_callable_ends_its_own_fork_alone(
    fork: Callable[..., Fork], name: str, reason: str, words: str
) -> None:
    failure = fork(name, timeout_s=3).failure

    assert failure is not None
    assert (failure.reason, failure.message) == (reason, 7)
    assert words in failure.detail


@pytest.mark.parametrize(
    ("wanted", "metrics"),
    [
        ("on", {"enabled": 1, "frozen": 0}),
        ("off", {"enabled": 0, "frozen": 0}),
        ("freeze", {"enabled": 1, "frozen": 1}),
    ],
)
def test_the_collector_is_as_the_scenario_wants_it(
    fork: Callable[..., Fork], wanted: str, metrics: dict[str, float]
) -> None:
    assert understood(fork("Collector", gc=wanted)).metrics == metrics


def test_bytes_are_handed_over_where_the_scenario_says_so(fork: Callable[..., Fork]) -> None:
    assert understood(fork("from_bytes", payload="bytes")).errors == {}


def test_an_audit_names_the_lines_of_python(bench: Bench) -> None:
    (bench.folder / "handlers.py").write_text(SOURCE)
    feed = bench.feed(bytes([number % 256]) for number in range(MESSAGES))
    path = bench.folder / "case.toml"
    path.write_text(
        f"""
        name = "case"
        feed = "{feed}"
        target = "python:handlers:Keeping"
        drive = {{ warmup = 0, messages = 500 }}
        budgets = ["drop: allocations == 0"]
        """
    )

    outcome = bench.latprobe("audit", path, "--json", "--memray", bench.folder / "graph.html")

    assert outcome.code == 1, outcome.err
    rows = {(it["source"], it["stage"]): it for it in outcome.json["sites"]}
    kept = rows["self.kept[next(self.numbers)] = bytes(1_000)", "keep"]
    assert (kept["counts"]["allocations"], kept["counts"]["frees"]) == (500, 0)
    dropped = rows["bytearray(200)", "drop"]
    assert dropped["counts"]["allocations"] >= 1_000
    assert dropped["kinds"] == ["kept"]
    assert dropped["critical"] == ["drop: allocations == 0"]
    assert "<html" in (bench.folder / "graph.html").read_text()


def test_a_scenario_runs_callables_of_its_own_folder(bench: Bench) -> None:
    folder = bench.folder / "elsewhere"
    folder.mkdir()
    (folder / "words.py").write_text(
        "def measure(view):\n    return len(view)\n"
        "def judge(size):\n    return ('even' if size % 2 == 0 else 'odd'), size\n"
    )
    feed = bench.feed([b"a", b"bc", b"def", b"ghij"] * 50)
    path = folder / "case.toml"
    path.write_text(
        f"""
        name = "case"
        feed = "{feed}"
        target = ["python:words:measure", "python:words:judge"]
        drive = {{ forks = 2, warmup = 0, messages = 1000 }}
        budgets = ["judge[odd]: allocations == 0", "measure..judge: p50 < 1h", "errors == 0"]
        """
    )

    outcome = bench.run(path)

    assert outcome.code == 0, outcome.out + outcome.err
    assert "of words.py, CPython" in outcome.out
    assert bench.document["target"]["kinds"] == ["odd", "even"]
    assert bench.document["target"]["stages"] == ["measure", "judge"]
    assert [it["verdict"] for it in bench.document["verdicts"]] == ["pass", "pass", "pass"]
    forks = [it["result"] for it in bench.document["forks"]]
    (digest,) = [it for it in forks if it["collector"] == "digest"]
    assert {it["kind"]: it["messages"] for it in digest["kinds"]} == {"odd": 100, "even": 100}
    spans = [it for it in forks if it["collector"] == "span"]
    assert all({it["kind"] for it in fork["kinds"]} == {"odd", "even"} for fork in spans)
    assert len(spans) == 2
