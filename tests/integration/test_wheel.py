"""A wheel brings everything that is needed at run time, into an environment that has nothing."""

import os
import subprocess
import sys
from pathlib import Path

from latprobe.feed.writer import FeedWriter
from tests.integration.compiler import ROOT, SCRIPTED, compile_target


def test_a_wheel_in_an_empty_environment_measures_and_counts(tmp_path: Path) -> None:
    maturin = Path(sys.executable).with_name("maturin")
    command = [str(maturin), "build", "--release", "--locked", "--quiet", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("latprobe-*.whl")
    empty = tmp_path / "empty"
    subprocess.run([sys.executable, "-m", "venv", empty], check=True)
    subprocess.run([empty / "bin" / "pip", "install", "--quiet", wheel], check=True)

    library = compile_target(SCRIPTED, tmp_path / "libscripted.so")
    feed = tmp_path / "feed.arrow"
    with FeedWriter(feed, protocol="", source="made by a test", importer="test 1") as writer:
        for number in range(100):
            writer.append(number, "test", b"a")
    scenario = tmp_path / "case.toml"
    scenario.write_text(
        f"""
        name = "case"
        feed = "{feed}"
        target = {{ library = "{library}", name = "scripted" }}
        drive = {{ forks = 1, messages = 1000 }}
        budgets = ["total: allocations == 3"]
        """
    )
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [empty / "bin" / "latprobe", "run", scenario],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "exact" in done.stdout
