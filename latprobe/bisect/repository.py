"""What git knows of the range. Nothing here touches the user's own checkout."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from latprobe.bisect.bisection import Commit
from latprobe.errors import ScenarioError

_FIELDS = "%H%x00%an%x00%aI%x00%s"


def commit_of(revision: str) -> Commit:
    """A revision of the repository that this process is in.

    Raises:
        ScenarioError: where git knows none.
    """
    sha = _git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").strip()
    found = _git("show", "--no-patch", f"--format=format:{_FIELDS}", sha)
    return Commit(*found.split("\0"))


def check_range(good: Commit, bad: Commit) -> None:
    """Whether the good commit came before the bad one.

    Raises:
        ScenarioError: where it did not.
    """
    if _git("rev-list", "--max-count=1", good.sha, f"^{bad.sha}"):
        raise ScenarioError(
            f"--good {good.sha[:12]} is no ancestor of --bad {bad.sha[:12]}: name a commit that "
            "the bad one was made from, such as `git merge-base GOOD BAD` prints"
        )
    if good.sha == bad.sha:
        raise ScenarioError(f"--good and --bad are both {good.sha[:12]}")


def suspects(goods: Sequence[str], bad: str) -> list[str]:
    """Commits that may be the first bad one, those first that halve the rest best.

    The bad one is the last. Merges and branches are weighed as `git bisect` does.

    Args:
        goods: Commits that are good; their ancestors are as well.
        bad: A commit that is bad.
    """
    lines = _git("rev-list", "--bisect-all", bad, *(f"^{it}" for it in goods)).splitlines()
    found = [line.split()[0] for line in lines]
    return [*(it for it in found if it != bad), bad]


def _git(*words: str) -> str:
    try:
        done = subprocess.run(
            ["git", *words],  # noqa: S607  # the user's own git
            cwd=Path.cwd(),
            capture_output=True,
            text=True,
            check=False,
            errors="replace",
        )
    except OSError as error:
        raise ScenarioError(f"git cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise ScenarioError(f"git {words[0]} ended with {done.returncode}: {' '.join(said[:3])}")
    return done.stdout
