"""How a bisection decides about commits whose figure is timed: by A/Bs that are scripted here."""

import subprocess
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from latprobe.bisect.bisection import Amount, Judgement
from latprobe.bisect.halfway import clearness, side_of_half
from latprobe.cli.bisect_builds import Builds
from latprobe.cli.bisect_judge import Judge, ask
from latprobe.cli.bisect_measure import Bench
from latprobe.errors import RunError
from latprobe.run.change import Change, Status

WORSE = Amount(100.0, 121.0, 1.21, (1.19, 1.23))


@dataclass(frozen=True)
class ScriptedBench(Bench):
    """Answers the next of its changes to each A/B, and notes what was asked."""

    answers: list[tuple[Change, ...]] = field(default_factory=list)
    asked: list[tuple[str | None, int]] = field(default_factory=list)

    def changes(
        self, good: Path, other: Path, figure: str | None, attempt: int
    ) -> tuple[Change, ...]:
        assert good == Path("a") != other
        self.asked.append((figure, attempt))
        return self.answers.pop(0)


def change(status: Status, ratio: float, *, figure: str = "p99", key: bool = False) -> Change:
    interval = (ratio * 0.98, ratio * 1.02)
    return Change(
        "total", None, figure, "ns", status, "so", 100.0, 100 * ratio, ratio, interval, key=key
    )


def bench(*answers: Change) -> ScriptedBench:
    return ScriptedBench(
        Path("case.toml"), 30.0, 0.02, False, print, print, [(it,) for it in answers]
    )


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ((0.98, 1.02), "good"),
        ((1.18, 1.25), "bad"),
        ((1.12, 1.16), "bad"),
        ((1.05, 1.12), None),
        ((0.9, 1.3), None),
        ((0.7, 0.8), "good"),
    ],
)
def test_a_commit_is_on_the_side_that_its_whole_interval_is_on(
    interval: tuple[float, float], expected: Judgement | None
) -> None:
    assert side_of_half(Amount(100.0, 110.0, 1.1, interval), WORSE) == expected


def test_what_gets_worse_by_falling_is_halved_as_well() -> None:
    slower = Amount(1e6, 0.8e6, 0.8, (0.79, 0.81))

    assert side_of_half(Amount(1e6, 0.8e6, 0.8, (0.78, 0.85)), slower) == "bad"
    assert side_of_half(Amount(1e6, 1e6, 1.0, (0.95, 1.05)), slower) == "good"


def test_where_the_bad_end_lies_is_not_certain_either() -> None:
    """It may be anywhere from +12 % to +215 %: a commit of +17 % may well be at its level."""
    bad = Amount(100.0, 186.0, 1.86, (1.12, 3.15))

    assert side_of_half(Amount(100.0, 117.0, 1.17, (1.14, 1.19)), bad) is None
    assert side_of_half(Amount(100.0, 101.0, 1.01, (0.98, 1.04)), bad) == "good"
    assert side_of_half(Amount(100.0, 300.0, 3.0, (2.0, 4.0)), bad) == "bad"
    assert clearness(bad) < 1 < clearness(WORSE)


@pytest.mark.parametrize(("after", "expected"), [(2.0, "good"), (4.0, "bad"), (5.0, "bad")])
def test_a_count_is_on_the_side_that_it_is_nearer_to(after: float, expected: Judgement) -> None:
    bad = Amount(1.0, 5.0, 5.0, None)

    assert side_of_half(Amount(1.0, after, after, None), bad) == expected


def test_the_ends_are_tried_again_until_they_are_told_apart() -> None:
    it = bench(change("unproven", 1.1), change("worse", 1.2))

    question = ask(it, "total: p99", Path("a"), Path("b"), 3)

    assert question is not None
    assert question.figure == "total: p99"
    assert question.bad.ratio == 1.2
    assert it.asked == [("total: p99", 0), ("total: p99", 1)]


def test_ends_that_cannot_be_told_apart_are_given_up() -> None:
    it = bench(*[change("unproven", 1.1)] * 2)

    assert ask(it, "total: p99", Path("a"), Path("b"), 2) is None


def test_an_end_that_is_not_worse_is_refused() -> None:
    with pytest.raises(RunError, match="--bad is no worse than --good in total: p99"):
        ask(bench(change("better", 0.8)), "total: p99", Path("a"), Path("b"), 3)


def test_a_bad_end_that_is_not_clear_is_measured_again() -> None:
    vague = msgspec.structs.replace(change("worse", 1.2), interval=(1.02, 1.4))
    it = bench(vague, change("worse", 1.2))

    question = ask(it, "total: p99", Path("a"), Path("b"), 3)

    assert question is not None
    assert question.bad.interval == change("worse", 1.2).interval


def test_without_a_figure_the_one_that_changed_most_clearly_is_taken() -> None:
    vague = msgspec.structs.replace(change("worse", 1.9), interval=(1.3, 2.4))
    it = bench(vague)
    others = (change("no change", 1.0, figure="p50", key=True), change("better", 0.5, figure="p90"))
    it.answers[0] = (*others, vague, change("worse", 1.3, figure="cost"))

    question = ask(it, None, Path("a"), Path("b"), 3)

    assert question is not None
    assert question.figure == "total: cost"


@pytest.mark.parametrize(
    ("answers", "judgement", "asked"),
    [
        ([change("worse", 1.2)], "bad", [0]),
        ([change("unproven", 1.12), change("worse", 1.19)], "bad", [0, 1]),
        ([change("unproven", 1.1), change("no change", 1.01)], "good", [0, 1]),
        ([change("unproven", 1.1), change("unproven", 1.11)], "skip", [0, 1]),
        ([change("worse", 1.2, figure="p50")], "skip", [0]),
    ],
)
def test_a_commit_is_measured_again_until_it_is_decided_or_skipped(
    answers: list[Change],
    judgement: Judgement,
    asked: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _one_commit(tmp_path, monkeypatch)
    it = bench(change("worse", 1.2), *answers)
    question = ask(it, "total: p99", Path("a"), Path("b"), 3)
    assert question is not None
    it.asked.clear()
    with ExitStack() as trees:
        builds = Builds("cp file made.so", Path("made.so"), trees, print)
        trial = Judge(it, builds, question, tries=2).judge("HEAD", 4)

    assert trial.judgement == judgement
    assert [attempt for _, attempt in it.asked] == asked
    assert trial.commit.subject == "only"


def _one_commit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    (folder / "file").write_text("content")
    who = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
    for words in (["init", "--quiet"], ["add", "file"], [*who, "commit", "-qm", "only"]):
        subprocess.run(["git", *words], check=True, capture_output=True)
