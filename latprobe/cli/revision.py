"""Building a revision of a repository, in a worktree of its own that is removed again."""

import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from latprobe.errors import ScenarioError
from latprobe.pipeline.feeds import Notice

_LAST_LINES: Final = 5


@dataclass(frozen=True)
class Built:
    """What was built of a revision.

    Attributes:
        library: The library.
        commit: What the revision is.
    """

    library: Path
    commit: str


@contextmanager
def built(revision: str, build: str, library: Path, notice: Notice) -> Iterator[Built]:
    """The library of a revision of the repository that this process is in.

    Args:
        revision: As git knows it.
        build: The build's command; split into words as a shell does, and run without one, at the
            top of the revision's tree.
        library: What it builds, relative to that.
        notice: Told what takes a while.

    Yields:
        The library, for as long as the block lasts.

    Raises:
        ScenarioError: for no such revision, and for a build that fails or builds no such library.
    """
    if library.is_absolute() or ".." in library.parts:
        raise ScenarioError(f"--library {library}: is a path inside of the revision's tree")
    commit = _git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    words = _words(build)
    with tempfile.TemporaryDirectory(prefix="worktree-", dir=_cache()) as name:
        tree = Path(name) / commit[:12]
        _git("worktree", "add", "--detach", "--quiet", str(tree), commit)
        try:
            notice(f"building {revision} ({commit[:12]}): {build}")
            _run(words, tree, f"the build of {revision}")
            made = tree / library
            if not made.is_file():
                raise ScenarioError(
                    f"--library {library}: the build of {revision} left no such file"
                )
            digest = hashlib.sha256(made.read_bytes()).hexdigest()[:12]
            kept = Path(name) / f"{made.stem}-{digest}{made.suffix}"
            shutil.copy2(made, kept)
        finally:
            _git("worktree", "remove", "--force", str(tree))
        yield Built(kept, commit)


def _words(build: str) -> list[str]:
    try:
        words = shlex.split(build)
    except ValueError as error:
        raise ScenarioError(f"--build: cannot be split into words: {error}") from error
    if not words:
        raise ScenarioError("--build: is missing: it says how a revision is built")
    return words


def _git(*words: str) -> str:
    return _run(["git", *words], Path.cwd(), f"git {words[0]}").strip()


def _run(words: Sequence[str], folder: Path, what: str) -> str:
    try:
        done = subprocess.run(  # the user's own command, no shell
            words, cwd=folder, capture_output=True, text=True, check=False, errors="replace"
        )
    except OSError as error:
        raise ScenarioError(f"{what}: {words[0]} cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        said = "\n".join(done.stderr.strip().splitlines()[-_LAST_LINES:])
        raise ScenarioError(f"{what} ended with {done.returncode}: {said}")
    return done.stdout


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "latprobe" / "revisions"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
