"""What a machine lacks is named, with the way to get it."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.integration.compiler import ROOT

SCRIPT = ROOT / "tools" / "prerequisites.sh"
SHELL = shutil.which("sh") or "/bin/sh"


def check(path: Path, python: str) -> subprocess.CompletedProcess[str]:
    """Runs the script with `path` as the only place where commands are found."""
    for tool in ("sed", "sh"):
        found = shutil.which(tool)
        assert found is not None
        (path / tool).symlink_to(found)
    environment = {key: value for key, value in os.environ.items() if key != "CC"}
    return subprocess.run(
        [SHELL, str(SCRIPT), python],
        env={**environment, "PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_bare_machine_is_told_everything_at_once(tmp_path: Path) -> None:
    checked = check(tmp_path, "python3")

    assert checked.returncode == 1
    for words in ("Python 3.11 or later", "Rust 1.88 or later", "a C compiler", "apt-get install"):
        assert words in checked.stderr


def test_an_old_rust_is_told_apart_from_a_new_one(tmp_path: Path) -> None:
    cargo = tmp_path / "cargo"
    for version, complains in (("1.87.0", True), ("1.88.0", False), ("1.100.1", False)):
        cargo.write_text(f"#!{SHELL}\necho cargo {version}\n")
        cargo.chmod(0o755)
        for tool in ("sed", "sh"):
            (tmp_path / tool).unlink(missing_ok=True)

        assert ("Rust 1.88" in check(tmp_path, "python3").stderr) is complains, version
