import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from latprobe.feed.writer import FeedWriter
from tests.integration.compiler import SCRIPTED, compile_target

LATPROBE = Path(sys.executable).with_name("latprobe")


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Bench:
    """A folder to run `latprobe` in, with what scenarios need."""

    folder: Path
    library: Path

    def feed(self, messages: Iterable[bytes], name: str = "feed.arrow", protocol: str = "") -> Path:
        path = self.folder / name
        with FeedWriter(path, protocol=protocol, source="made by a test", importer="test 1") as it:
            for number, message in enumerate(messages):
                it.append(number, "test", message)
        return path

    def scenario(
        self,
        feed: Path,
        *budgets: str,
        name: str = "case",
        target: str = "scripted",
        library: Path | None = None,
        extra: str = "",
    ) -> Path:
        path = self.folder / f"{name}.toml"
        path.write_text(
            f"""
            name = "{name}"
            feed = "{feed}"
            budgets = {json.dumps(budgets)}
            target = {{ library = "{library or self.library}", name = "{target}" }}
            drive = {{ forks = 2, repeats = 0, warmup = 0, messages = 1000 }}
            {extra}
            """
        )
        return path

    def latprobe(self, *arguments: object) -> Outcome:
        done = subprocess.run(
            [str(LATPROBE), *map(str, arguments)],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache"), "COLUMNS": "150"},
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def run(self, *scenarios: Path) -> Outcome:
        return self.latprobe("run", *scenarios)

    @property
    def documents(self) -> list[dict[str, Any]]:
        paths = sorted((self.folder / "results" / "runs").glob("*.json"))
        return [json.loads(path.read_text()) for path in paths]

    @property
    def document(self) -> dict[str, Any]:
        (document,) = self.documents
        return document


@pytest.fixture(scope="session")
def scripted_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_target(SCRIPTED, tmp_path_factory.mktemp("targets") / "libscripted.so")


@pytest.fixture
def bench(tmp_path: Path, scripted_library: Path) -> Bench:
    return Bench(tmp_path, scripted_library)


@pytest.fixture
def compiled(tmp_path: Path) -> Callable[..., Path]:
    """Compiles a variant of the scripted targets."""

    def compile_variant(*defines: str) -> Path:
        return compile_target(SCRIPTED, tmp_path / "libvariant.so", *defines)

    return compile_variant
