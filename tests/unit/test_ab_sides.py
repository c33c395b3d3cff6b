"""What `--a` and `--b` may say, and revisions that are built for it."""

import subprocess
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from latprobe.cli.contender import Named, check_alike, named
from latprobe.cli.revision import built
from latprobe.errors import ScenarioError, TargetError
from latprobe.pipeline.suite import Overrides, prepare
from latprobe.scenario import TargetReference


def test_a_library_a_target_and_a_revision_are_told_apart(tmp_path: Path) -> None:
    odd = tmp_path / "lib:odd.so"
    odd.touch()

    assert named("lib.so") == Named(Path("lib.so"), None, None)
    assert named("lib.so:mine") == Named(Path("lib.so"), None, "mine")
    assert named(str(odd)) == Named(odd, None, None)
    assert named("git:HEAD~1") == Named(None, "HEAD~1", None)
    assert named("git:main:mine") == Named(None, "main", "mine")
    assert named("builtin:null") == Named(Path("builtin"), None, "null")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    _git("init", "--quiet")
    for text in ("first", "second"):
        (folder / "source.txt").write_text(text)
        _git("add", ".")
        _git("-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "-qm", text)
    return folder


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_revision_is_built_in_a_tree_of_its_own_that_is_removed_again(repository: Path) -> None:
    said: list[str] = []

    with built(
        "HEAD~1", "cp source.txt 'made library.so'", Path("made library.so"), said.append
    ) as it:
        assert it.library.read_text() == "first"

    assert it.commit == _git("rev-parse", "HEAD~1")
    assert not it.library.exists()
    assert (repository / "source.txt").read_text() == "second"
    trees = subprocess.run(["git", "worktree", "list"], check=True, capture_output=True, text=True)
    assert len(trees.stdout.splitlines()) == 1
    assert said[0].startswith("building HEAD~1 (")


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("revision", "build", "library", "problem"),
    [
        ("nowhere", "true", "lib.so", "git rev-parse ended with"),
        ("HEAD", "false", "lib.so", "the build of HEAD ended with 1"),
        ("HEAD", "true", "lib.so", "left no such file"),
        ("HEAD", "", "lib.so", "--build: is missing"),
        ("HEAD", "cp 'a", "lib.so", "cannot be split into words"),
        ("HEAD", "no-such-command", "lib.so", "cannot be run"),
        ("HEAD", "true", "../lib.so", "inside of the revision's tree"),
        ("HEAD", "echo $(touch x) ; cp source.txt lib.so", "lib.so", "left no such file"),
    ],
)
def test_what_is_wrong_with_a_build_is_said(
    revision: str, build: str, library: str, problem: str
) -> None:
    with (
        pytest.raises(ScenarioError, match=problem),
        built(revision, build, Path(library), lambda _: None),
    ):
        pass


def scenario(folder: Path, target: str, name: str = "mine") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(f'name = "{name}"\nfeed = {{ synth = "json" }}\n[target]\n{target}\n')
    return path


NOWHERE = 'library = "nowhere.so"\nname = "mine"'


def test_a_side_takes_the_place_of_a_target_that_need_not_be_there(tmp_path: Path) -> None:
    path = scenario(tmp_path, NOWHERE)

    found = prepare(path, Overrides(library=Path("builtin"), target="null", revision="0123"))

    assert (found.scenario.target.library, found.target.name) == ("builtin", "null")
    assert found.target.git_revision == "0123"
    with pytest.raises(TargetError, match="no target is called 'mine'"):
        prepare(path, Overrides(library=Path("builtin")))


def test_no_library_takes_the_place_of_python(tmp_path: Path) -> None:
    path = scenario(tmp_path, 'python = "json:loads"')

    with pytest.raises(ScenarioError, match="has a target of Python"):
        prepare(path, Overrides(library=Path("builtin"), target="null"))


def test_how_forks_are_run_makes_no_scenarios_different(tmp_path: Path) -> None:
    drives = ("forks = 3\nshuffle = 7", "repeats = 0\nmessages = 1_000", 'cache = "cold"')
    given = Overrides(library=Path("builtin"), target="null")
    one, other, cold = (
        prepare(scenario(tmp_path, f"{NOWHERE}\n[drive]\n{it}", f"s{place}"), given)
        for place, it in enumerate(drives)
    )

    check_alike(one, other)
    with pytest.raises(ScenarioError, match="have different ways of driving"):
        check_alike(one, cold)


def test_a_service_runs_in_no_turns(tmp_path: Path) -> None:
    given = Overrides(library=Path("builtin"), target="null")
    side = prepare(scenario(tmp_path, f"{NOWHERE}\n[drive]\nmode = 'rate'\nrate = 1000"), given)
    target = TargetReference(name="s", asyncio="service:create")
    served = replace(side, scenario=msgspec.structs.replace(side.scenario, target=target))

    with pytest.raises(ScenarioError, match="is an asyncio service"):
        check_alike(served, served)
