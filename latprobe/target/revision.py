"""The commit that a target was built or read from."""

import subprocess
from pathlib import Path


def git_revision(folder: Path) -> str | None:
    """The commit that is checked out around a folder, with `-dirty` where files differ."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=40"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.strip() or None if found.returncode == 0 else None
