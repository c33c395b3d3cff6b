"""The commit and the branch that a target was built or read from."""

import os
import subprocess
from pathlib import Path
from typing import Final

_OF_CI: Final = ("GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME")
"""Where CI systems, which check out a commit by itself, say of which branch it is."""


def git_revision(folder: Path) -> str | None:
    """The commit that is checked out around a folder, with `-dirty` where files differ."""
    return _git(folder, "describe", "--always", "--dirty", "--abbrev=40")


def git_branch(folder: Path) -> str | None:
    """The branch that is checked out around a folder, as git says, or else CI."""
    if _git(folder, "rev-parse", "--git-dir") is None:
        return None
    branch = _git(folder, "symbolic-ref", "--quiet", "--short", "HEAD")
    return branch or next(filter(None, map(os.environ.get, _OF_CI)), None)


def _git(folder: Path, *words: str) -> str | None:
    """What git says; nothing where there is no git, or nothing to say."""
    command = ["git", "-C", str(folder), *words]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.strip() or None if found.returncode == 0 else None
