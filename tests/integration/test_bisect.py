"""Bisections over a real repository, of a target in C that allocates more from one commit on."""

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from latprobe.cli.bisect import bisect
from latprobe.errors import LatprobeError
from tests.integration.compiler import HEADER_FOLDER
from tests.integration.conftest import Bench

SOURCE = Path(__file__).parent / "targets" / "worsening.c"
BUILD = f"cc -O1 -shared -fPIC -I{HEADER_FOLDER} -o made.so worsening.c"
WORK = ("1", "1", "1", "#error", "1", "3", "3", "3", "3")
"""How much is allocated at each commit, from the first on."""
PLANTED = 5
SUBJECT = "\x1b[31mCopies each symbol"


@pytest.fixture
def repository(bench: Bench) -> Bench:
    """A repository in the bench's folder."""
    _git(bench, "init", "--quiet", "--initial-branch=main")
    shutil.copy(SOURCE, bench.folder)
    for number, work in enumerate(WORK):
        header = f"#define ALLOCATIONS {work}\n" if work.isdigit() else f"{work}\n"
        (bench.folder / "work.h").write_text(header)
        (bench.folder / "notes").write_text(f"{number}\n")
        _git(bench, "add", "worsening.c", "work.h", "notes")
        _git(bench, "commit", "-qm", SUBJECT if number == PLANTED else f"Change {number}")
    return bench


def _git(bench: Bench, *words: str) -> str:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    done = subprocess.run(
        ["git", *who, *words], cwd=bench.folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def _ends(bench: Bench) -> list[object]:
    scenario = bench.scenario(
        bench.feed([b"message"] * 100), library=bench.folder / "made.so", target="worsening"
    )
    ends = ["--good", f"HEAD~{len(WORK) - 1}", "--bad", "HEAD"]
    return [scenario, *ends, "--build", BUILD, "--library", "made.so"]


def test_the_commit_that_allocates_more_is_found(repository: Bench) -> None:
    ends = _ends(repository)
    before = _git(repository, "status", "--porcelain")

    done = repository.latprobe("bisect", *ends, "--figure", "parse: allocations", "--json")

    assert done.code == 0, done.err
    (first,) = done.json["first_bad"]
    assert first["sha"] == _git(repository, "rev-parse", f"HEAD~{len(WORK) - 1 - PLANTED}")
    assert (first["author"], first["subject"]) == ("Ada", SUBJECT)
    assert done.json["exact"]
    amount = done.json["amount"]
    assert (amount["before"], amount["after"], amount["ratio"]) == (1, 3, 3)
    judgements = {it["commit"]["subject"]: it["judgement"] for it in done.json["trials"]}
    assert judgements[SUBJECT] == "bad"
    assert judgements["Change 4"] == "good"
    assert done.json["builds"] == len(done.json["trials"]) + 1 <= 6
    assert _git(repository, "status", "--porcelain") == before
    assert len(_git(repository, "worktree", "list").splitlines()) == 1
    assert not list((repository.folder / "cache" / "latprobe" / "revisions").iterdir())


def test_what_is_skipped_may_leave_it_open(repository: Bench) -> None:
    ends = _ends(repository)
    (repository.folder / "work.h").write_text("#define ALLOCATIONS 9\n")
    _git(repository, "commit", "-qam", "Change 9")
    for subject in ("Change 10", "Change 11"):
        (repository.folder / "work.h").write_text(f"#error {subject}\n")
        _git(repository, "commit", "-qam", subject)
    (repository.folder / "work.h").write_text("#define ALLOCATIONS 20\n")
    _git(repository, "commit", "-qam", "Change 12")
    ends[2] = "HEAD~3"

    done = repository.latprobe("bisect", *ends, "--figure", "total: max allocations")

    assert done.code == 3
    assert done.out.startswith("one of 3 commits made total: max allocations worse")
    assert "9 to 20, +122 % since" in done.out
    skipped = [it for it in done.out.splitlines() if it.startswith("  skipped ")]
    assert len(skipped) == 2
    assert all("the build of" in it and "\\x1b" not in it for it in skipped)


def test_ends_between_which_nothing_can_be_found_are_refused(
    repository: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(repository.folder / "cache"))
    ends = [str(it) for it in _ends(repository)]

    swapped = [ends[0], "--good", "HEAD", "--bad", "HEAD~2", *ends[5:]]
    alike = [ends[0], "--good", "HEAD~1", "--bad", "HEAD", *ends[5:]]
    broken = [ends[0], "--good", "HEAD~5", "--bad", "HEAD", *ends[5:]]
    problems = {
        "is no ancestor of --bad": swapped,
        "is no worse than --good in total: allocations: 3 at --good, 3 at --bad": alike,
        "the build of": broken,
        "unknown figure `allocation`": [*alike, "--figure", "total: allocation"],
    }
    for problem, words in problems.items():
        called = CliRunner().invoke(bisect, ["--figure", "total: allocations", *words])
        assert isinstance(called.exception, LatprobeError), called.output
        assert problem in str(called.exception)
