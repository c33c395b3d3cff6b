"""The arrows of the design point one way; `pipeline`, and who uses it, wire stages together."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import latprobe

PACKAGE = Path(latprobe.__file__).parent
LEAVES = {
    "errors",
    "exit_code",
    "units",
    "misreading",
    "reference",
    "temporary_folder",
    "stats",
    "scenario",
    "run",
    "callables",
    "service",
    "_core",
}
"""What every stage may import. `run` and `scenario` are models; `misreading`, `reference`,
`temporary_folder` and `stats` are functions; `callables` and `service` are what other processes
run, and what services import."""
MAY_IMPORT = {
    "errors": set(),
    "units": set(),
    "stats": {"units"},
    "scenario": {"errors", "units", "reference"},
    "callables": {"scenario", "reference", "temporary_folder", "_core"},
    "service": {"callables", "reference", "_core"},
    "run": {"errors", "units", "stats", "scenario", "_core"},
}
WIRING = {
    "pipeline": {"cli", "api", "pytest_plugin"},
    "api": {"cli", "pytest_plugin"},
    "pytest_plugin": {"cli"},
    "cli": {"pytest_plugin"},
}
"""What wires stages together, and what each of these may not import: `pipeline` makes a run of a
scenario, `api`, `pytest_plugin` and `cli` hand that to their users."""
CALLED = PACKAGE / "run" / "__init__.py"
"""Hands `latprobe.run(...)` on to the API, which has to have the name of the package."""
STAGES = sorted(it.name for it in PACKAGE.iterdir() if it.is_dir() and any(it.glob("*.py")))


def imported_names(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: say `from latprobe...`"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name for name in names if name.startswith("latprobe.")}


def imported_stages(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imported_names(path)}


def imported_files(path: Path) -> set[Path]:
    """Those of the package; of a name in a file it is the file."""
    files = set()
    for name in imported_names(path):
        place = PACKAGE.joinpath(*name.split(".")[1:])
        choices = [
            place.with_suffix(".py"),
            place / "__init__.py",
            place.parent.with_suffix(".py"),
            place.parent / "__init__.py",
        ]
        files |= set([it for it in choices if it.is_file()][:1])
    return files


@pytest.mark.parametrize("stage", [it for it in STAGES if it not in WIRING])
def test_a_stage_imports_the_leaves_and_itself_alone(stage: str) -> None:
    allowed = MAY_IMPORT.get(stage, LEAVES) | {stage}

    for path in (PACKAGE / stage).rglob("*.py"):
        if path != CALLED:
            assert imported_stages(path) <= allowed, path


@pytest.mark.parametrize("folder", WIRING)
def test_what_wires_stages_imports_nobody_who_uses_it(folder: str) -> None:
    for path in (PACKAGE / folder).rglob("*.py"):
        assert not imported_stages(path) & WIRING[folder], path


def test_no_files_import_each_other_in_a_circle_even_for_types_alone() -> None:
    handed_on = {PACKAGE / "__init__.py", CALLED}
    imports = {it: imported_files(it) for it in PACKAGE.rglob("*.py") if it not in handed_on}

    assert len(imports[PACKAGE / "scenario" / "model.py"]) > 1
    TopologicalSorter(imports).prepare()


def test_no_file_is_longer_than_it_can_be_read() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path


def test_nothing_is_called_by_a_name_that_says_nothing() -> None:
    for path in PACKAGE.rglob("*"):
        assert path.stem not in {"utils", "util", "helpers", "common", "misc"}, path
