"""From what a scenario names to what is called."""

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from latprobe.callables.job import callables_job_of
from latprobe.callables.resolve import Callables, resolve
from latprobe.errors import ScenarioError, TargetError
from latprobe.reference import UnresolvedError
from latprobe.scenario import TargetReference, load_scenario
from latprobe.target import describe_callables

SOURCE = '''
"""A module."""

def parse(payload):
    """Parses.

    And more.
    """

def decide(frame):
    pass

decide.family = "deciders"

class Engine:
    """Decides."""

    kinds = ("add", "trade")
    stages = ("parse", "decide")
    protocol = "json"

    def __init__(self, limit=1):
        self.limit = limit

    def on_message(self, payload):
        return self.limit

class Outer:
    engine = Engine(7)

NUMBER = 7

class TwiceTheSame(Engine):
    kinds = ("add", "trade", "add")

class Unnamed(Engine):
    kinds = ("add", 3)

class Counter:
    def __init__(self):
        self.seen = 0

    def on_message(self, payload):
        self.seen += 1
        return self.seen

class Settable(Counter):
    def reset(self):
        self.seen = 0

settable = Settable()
'''


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with a module; modules and their path are this process's own again afterwards."""
    (tmp_path / "resolvable.py").write_text(SOURCE)
    path = list(sys.path)
    yield tmp_path
    sys.path[:] = path
    sys.modules.pop("resolvable", None)


def resolved(folder: Path, python: str | tuple[str, ...], **settings: Any) -> Callables:
    job = callables_job_of(TargetReference(python=python, path=(str(folder),), **settings))
    assert job is not None
    return resolve(job)


def test_a_function_has_no_stages_of_its_own(folder: Path) -> None:
    found = resolved(folder, "resolvable:parse")

    assert found.description == {
        "name": "resolvable:parse",
        "family": "resolvable:parse",
        "description": "Parses.",
        "protocol": "",
        "stages": [],
        "kinds": [],
        "errors": [],
        "hops": [],
    }
    assert found.files == (str(folder / "resolvable.py"),)


def test_each_callable_of_a_list_is_a_stage_by_its_name(folder: Path) -> None:
    found = resolved(folder, ("resolvable:parse", "resolvable:decide"))

    assert found.description["stages"] == ["parse", "decide"]
    assert found.description["family"] == "deciders"
    assert [it.__name__ for it in found.factory().calls] == ["parse", "decide"]


def test_a_class_is_made_with_the_configuration_and_says_what_it_has(folder: Path) -> None:
    found = resolved(folder, "resolvable:Engine", config={"limit": 3})

    assert found.description["kinds"] == ["add", "trade"]
    assert found.description["stages"] == ["parse", "decide"]
    assert found.description["protocol"] == "json"
    assert found.factory().calls[0](b"") == 3


def test_an_object_is_found_by_a_dotted_name(folder: Path) -> None:
    assert resolved(folder, "resolvable:Outer.engine").factory().calls[0](b"") == 7


def test_the_scenario_s_words_go_before_the_target_s(folder: Path) -> None:
    settings = {"stages": ("whole",), "family": "f", "name": "mine", "protocol": "fix"}
    said = resolved(folder, "resolvable:Engine", **settings).description

    assert [said[it] for it in ("stages", "family", "name", "protocol")] == [
        ["whole"],
        "f",
        "mine",
        "fix",
    ]


@pytest.mark.parametrize(
    ("python", "settings", "words"),
    [
        ("resolvable:nothing", {}, "resolvable has no 'nothing'"),
        ("resolvable_not:parse", {}, "cannot import resolvable_not: ModuleNotFoundError"),
        ("resolvable:parse", {"config": {"a": 1}}, "takes no `config`: name a class"),
        (("resolvable:parse", "resolvable:parse"), {}, "two stages are called 'parse'"),
        (("resolvable:parse",), {"stages": ("a", "b")}, "names 2 stages, and there are 1"),
        ("resolvable:parse", {"stages": ("total",)}, "no stage can be called 'total'"),
        (
            "resolvable:parse",
            {"stages": tuple(f"s{number}" for number in range(33))},
            "there are 33 stages, and there may be 32",
        ),
        ("resolvable:TwiceTheSame", {}, "two kinds are called 'add'"),
        ("resolvable:Unnamed", {}, "no kind can be called 3"),
    ],
)
def test_what_cannot_be_found_is_refused_in_words(
    folder: Path, python: str, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(UnresolvedError) as refused:
        resolved(folder, python, **settings)

    assert words in str(refused.value)


def test_what_cannot_be_called_is_refused(folder: Path) -> None:
    with pytest.raises(TypeError, match="resolvable:NUMBER is a int: it cannot be called"):
        resolved(folder, "resolvable:NUMBER").factory()


@pytest.mark.parametrize("first", ["Settable", "settable"])
def test_a_list_with_a_class_that_cannot_be_set_back_is_made_anew(folder: Path, first: str) -> None:
    found = resolved(folder, (f"resolvable:{first}", "resolvable:Counter"), stages=("a", "b"))

    made = found.factory()
    assert made.reset is None
    for _ in range(2):
        assert [it(b"") for it in found.factory().calls] == [1, 1]


def test_a_list_of_what_can_be_set_back_or_has_no_state_is_set_back(folder: Path) -> None:
    found = resolved(folder, ("resolvable:Settable", "resolvable:decide"))

    made = found.factory()
    assert made.reset is not None
    assert made.calls[0](b"") == 1
    made.reset()
    assert made.calls[0](b"") == 1


def test_the_collector_is_frozen_once_however_often_the_target_is_made(folder: Path) -> None:
    found = resolved(folder, "resolvable:Counter", gc="freeze")
    try:
        found.factory()
        frozen = gc.get_freeze_count()
        kept: list[list[int]] = [[] for _ in range(1_000)]
        found.factory()

        assert len(kept) == 1_000
        assert 0 < gc.get_freeze_count() <= frozen
    finally:
        gc.unfreeze()


def test_a_module_that_ends_the_process_is_said_to(tmp_path: Path) -> None:
    (tmp_path / "leaving.py").write_text("import os\nos._exit(0)\n")

    with pytest.raises(TargetError, match="leaving:parse: it ended the process that loads it"):
        describe_callables(TargetReference(python="leaving:parse", path=(str(tmp_path),)))


def scenario(folder: Path, target: str) -> Path:
    path = folder / "case.toml"
    path.write_text(f'name = "case"\nfeed = {{ synth = "json" }}\n{target}\n')
    return path


@pytest.mark.parametrize(
    ("target", "python"),
    [
        ('target = "python:a.b:c.d"', "a.b:c.d"),
        ('target = ["python:a:b", "python:a:c"]', ("a:b", "a:c")),
        ('[target]\npython = "a:b"', "a:b"),
        ('[target]\npython = ["a:b"]', ("a:b",)),
    ],
)
def test_a_scenario_names_callables_in_three_ways(
    tmp_path: Path, target: str, python: str | tuple[str, ...]
) -> None:
    found = load_scenario(scenario(tmp_path, target)).target

    assert found.python == python
    assert found.path == (str(tmp_path),)


def test_folders_of_modules_count_from_the_scenario_and_come_first(tmp_path: Path) -> None:
    path = scenario(tmp_path, '[target]\npython = "a:b"\npath = ["../lib"]')

    assert load_scenario(path).target.path == (str(tmp_path.parent / "lib"), str(tmp_path))


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ('target = "a:b"', "say `package.module:function`"),
        ('target = "python:a"', "'a' names no callable"),
        ("target = []", "is an empty list: name the callables"),
        ("[target]\npython = []", "is an empty list"),
        ('[target]\npython = "a:b"\nlibrary = "x.so"', "leave one of them out"),
        ('[target]\nlibrary = "x.so"', "needs `library` and `name`, or `python`"),
        ('[target]\nlibrary = "x.so"\nname = "x"\ngc = "off"', "are for `python`"),
        ('[target]\npython = "a:b"\ngc = "never"', "target.gc"),
    ],
)
def test_what_names_no_target_is_refused(tmp_path: Path, target: str, words: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        load_scenario(scenario(tmp_path, target))

    assert words in str(refused.value)
