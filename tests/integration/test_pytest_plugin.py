"""The pytest plugin, in sessions of its own."""

import datetime
import json
import platform
from itertools import pairwise
from typing import Any

import pytest

from latprobe.pytest_plugin.kept import kept_of

pytest_plugins = ["pytester"]

QUICK = ("--latprobe-unsound=run", "--latprobe-seconds=0.1", "-p", "no:cacheprovider")
"""As few forks and messages as can be, whatever the machine is like."""

HANDLERS = """
    import json
    import sys
    import pytest

    MESSAGES = [b'{"a": %d}' % number for number in range(50)]

    def parse(payload):
        COPIES

    def reject(payload):
        raise KeyError("no <price>")

    def nothing(payload):
        return "slow to start" if "pytest" in sys.modules else "quick"
"""


def handlers(copies: int = 1) -> str:
    return HANDLERS.replace("COPIES", "; ".join(["json.loads(bytes(payload))"] * copies))


TESTS = """
    def test_kept(latprobe):
        result = latprobe(parse, MESSAGES).must("p50 < 10s", "allocations < 1000")
        assert result.total.latency.p50 > 0

    def test_broken(latprobe):
        latprobe([parse, nothing], MESSAGES).must("parse: p50 < 10s", "allocations == 0")

    @pytest.mark.latprobe("p99.9999 < 10s", feed=MESSAGES)
    def test_unproven(latprobe):
        latprobe(nothing)

    @pytest.mark.latprobe("allocations == 0", feed="messages.ndjson")
    def test_marked(latprobe):
        latprobe(parse)

    def test_rejected(latprobe):
        latprobe(reject, MESSAGES).must()

    def test_without_a_feed(latprobe):
        latprobe(nothing).must("p50 < 10s")

    def test_beside_pytest_benchmark(benchmark, latprobe):
        benchmark.pedantic(nothing, args=(b"",), rounds=1)
        assert latprobe(nothing, MESSAGES).result.kinds == ("quick",)
"""


def written(pytester: pytest.Pytester, text: str, copies: int = 1) -> None:
    pytester.makepyfile(test_handlers=handlers(copies) + text)


def documents(pytester: pytest.Pytester) -> list[dict[str, Any]]:
    return [json.loads(it.read_bytes()) for it in pytester.path.glob("results/runs/*.json")]


def test_a_session_says_which_budgets_hold_and_then_what_became_worse(
    pytester: pytest.Pytester,
) -> None:
    written(pytester, TESTS)
    (pytester.path / "messages.ndjson").write_text('{"recv_ns": 1, "a": 1}\n{"recv_ns": 2}\n')

    done = pytester.runpytest_subprocess(*QUICK, "--latprobe-save=first")

    done.assert_outcomes(passed=3, failed=4)
    done.stdout.re_match_lines_random(
        [
            r"E +AssertionError: test_handlers\.test_broken: 1 of 3 budgets broken",
            r"E +✘ fail +total: allocations == 0 .*exact.*",
            r"E +✔ pass +parse: p50 < 10s .*",
            r"E +parse .* µs .*",
            r"E +✘ fail +errors == 0 .*",
            r"E +! the target raised KeyError in 50 of 50 messages; the first: .*no <price>.*",
            r"test_handlers\.test_marked: 1 of 2 budgets broken",
            r"E .*there is no feed: say `latprobe\(parse, feed=\.\.\.\)`.*",
            r"test_handlers\.py::test_kept  p50 .* allocs/msg  3 pass",
            r"  \? unproven  total: p99\.9999 < 10s: .* run 10,000,000 messages or more",
            r"runs are in .*results/runs",
        ]
    )
    done.stdout.no_re_match_line(r".*fixture\.py:[0-9]+: .*")
    names = {it["scenario"]["name"] for it in documents(pytester)}
    assert names == {
        f"test_handlers.test_{it}"
        for it in ("kept", "broken", "unproven", "marked", "rejected", "beside_pytest_benchmark")
    }
    assert {it["target"]["library"] for it in documents(pytester)} == {"test_handlers.py"}
    saved = pytester.path / "results/saved/first"
    assert {it.stem for it in saved.iterdir()} == names

    written(pytester, TESTS, copies=2)
    again = pytester.runpytest_subprocess(
        *QUICK, "--latprobe-compare=first", "--latprobe-unproven=fail", "-k", "kept or unproven"
    )

    again.assert_outcomes(failed=2, deselected=5)
    again.stdout.re_match_lines_random(
        [
            r"E +AssertionError: .*: worse than test_handlers\.test_kept-.*allocations.*",
            r"test_handlers\.test_unproven: 1 pass, 1 unproven",
        ]
    )


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (
            "--latprobe-compare=second",
            "nothing is saved as 'second' in .*",
        ),
        ("--latprobe-save=../first", "'../first' is no name"),
        ("--latprobe-tolerance=much", "--latprobe-tolerance: "),
    ],
)
def test_an_option_that_means_nothing_is_refused(
    pytester: pytest.Pytester, option: str, words: str
) -> None:
    with pytest.raises(pytest.UsageError, match=words):
        kept_of(pytester.parseconfig(option))


def test_workers_of_xdist_measure_one_after_the_other(pytester: pytest.Pytester) -> None:
    written(
        pytester,
        """
    @pytest.mark.parametrize("number", range(2))
    def test_one(latprobe, number):
        latprobe(nothing, MESSAGES).must("allocations == 0")
    """,
    )

    done = pytester.runpytest_subprocess(*QUICK, "--numprocesses=2", "--latprobe-unproven=fail")

    done.assert_outcomes(passed=2)
    done.stdout.re_match_lines_random([r"test_handlers\.py::test_one\[1\]  0 allocs/msg  2 pass"])
    spans = sorted(
        (datetime.datetime.fromisoformat(it["started"]).timestamp(), it["seconds"])
        for it in documents(pytester)
    )
    assert len(spans) == 2
    for (started, seconds), (next_started, _) in pairwise(spans):
        assert started + seconds <= next_started


def test_where_nobody_wants_measures_nothing_of_latprobe_is_imported(
    pytester: pytest.Pytester,
) -> None:
    written(
        pytester,
        TESTS
        + """
    def test_what_is_imported():
        found = {it for it in sys.modules if it.startswith("latprobe")}
        parts = ("", ".pytest_plugin", ".pytest_plugin.plugin", ".pytest_plugin.property")
        assert found == {f"latprobe{it}" for it in parts}
        assert "numpy" not in sys.modules
    """,
    )

    done = pytester.runpytest_subprocess("--latprobe-disable", "-rs", "-p", "no:cacheprovider")

    done.assert_outcomes(skipped=7, passed=1)
    assert documents(pytester) == []


@pytest.mark.skipif(platform.machine() != "x86_64", reason="its clock may be found unsteady")
def test_measures_are_skipped_on_a_machine_whose_clock_cannot_be_trusted(
    pytester: pytest.Pytester,
) -> None:
    written(pytester, TESTS)
    pytester.makeconftest(
        """
        import latprobe.pipeline.soundness
        from latprobe.instrument.system_files import SystemFiles

        unsteady = SystemFiles(cpuinfo="flags : constant_tsc nonstop_tsc", clocksources="hpet")
        latprobe.pipeline.soundness.read_system_files = lambda _: unsteady
        """
    )

    done = pytester.runpytest_subprocess(*QUICK[1:], "-rs", "-k", "kept or broken")

    done.assert_outcomes(skipped=2, deselected=5)
    done.stdout.re_match_lines_random([r".*the clock cannot be trusted: invariant: .*unsteady.*"])
    assert documents(pytester) == []
