"""Callables as fresh processes find them: by import, or written out with what they need."""

import importlib
import json
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from latprobe.api.callables import named
from latprobe.errors import TargetError

AT_A_PROMPT = """
    import json as j
    import re
    from decimal import Decimal
    from dataclasses import dataclass

    limit = 2
    limit = limit + 3
    digits = re.compile(rb"[0-9]+")
    unused = open("/nowhere") if False else None

    @dataclass(frozen=True)
    class Price:
        value: Decimal

    def even(number):
        return number == 0 or odd(number - 1)

    def odd(number):
        return number != 0 and even(number - 1)

    def parse(payload, scale=limit):
        "What a message says."
        (found,) = digits.findall(payload)
        return Price(Decimal(j.loads(found) * scale)), even(4)

    plain = lambda payload: len(payload) + limit

    def within():
        def inner(payload):
            return limit, bytes(payload)
        return inner, [lambda payload: payload[0] + limit, lambda payload: payload[1]]

    def closing():
        held = object()
        return lambda payload: held

    class Engine:
        def __init__(self, start=limit):
            self.start = start

        def on_message(self, payload):
            return self.start + plain(payload)

    def lost(payload):
        return elsewhere

    if __name__ == "__main__":
        result = parse
"""


@pytest.fixture
def prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names of a script that runs: no module of that name can be imported."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "script.py"
    path.write_text(dedent(AT_A_PROMPT))
    spec = spec_from_file_location("__main__", path)
    assert spec is not None
    assert spec.loader is not None
    main = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "__main__", main)
    spec.loader.exec_module(main)
    return vars(main)


def made_anew(target: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a fresh process would have of it."""
    found = named([target])
    monkeypatch.setattr(sys, "path", [*found.path, *sys.path])
    importlib.invalidate_caches()
    module, _, name = found.calls[0].partition(":")
    return getattr(importlib.import_module(module), name)


def test_a_function_of_a_module_is_named_and_not_copied() -> None:
    assert named([json.loads, dedent]).calls == ("json:loads", "textwrap:dedent")
    assert named("python:json:loads").calls == ("json:loads",)
    assert named([json.loads]).is_list
    assert not named(json.loads).is_list


def test_a_function_made_at_a_prompt_comes_with_all_that_it_needs(
    prompt: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    anew = made_anew(prompt["parse"], monkeypatch)

    price, is_even = anew(b"a 12 b")
    assert anew is not prompt["parse"]
    assert (str(price), is_even) == ("Price(value=Decimal('60'))", True)
    assert anew.__doc__ == "What a message says."
    assert not hasattr(sys.modules[anew.__module__], "unused")
    assert not hasattr(sys.modules[anew.__module__], "result")


def test_a_value_is_that_of_now(prompt: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    prompt["limit"] = 100

    assert made_anew(prompt["plain"], monkeypatch)(b"123") == 103


def test_a_class_and_functions_within_others_are_written_out_as_well(
    prompt: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, lambdas = prompt["within"]()

    assert made_anew(prompt["Engine"], monkeypatch)(start=1).on_message(b"12") == 8
    assert made_anew(inner, monkeypatch)(b"x") == (5, b"x")
    assert [made_anew(it, monkeypatch)(b"\x01\x02") for it in lambdas] == [6, 2]


def test_what_is_written_out_knows_the_file_that_it_was_written_in(
    prompt: dict[str, Any], tmp_path: Path
) -> None:
    assert named(prompt["parse"]).origin == tmp_path / "script.py"
    assert named(prompt["Engine"]).origin == tmp_path / "script.py"
    assert named(json.loads).origin is None


def test_the_same_source_is_the_same_module(prompt: dict[str, Any]) -> None:
    assert named([prompt["parse"]]) == named([prompt["parse"]])
    assert named([prompt["parse"]]) != named([prompt["plain"]])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda names: names["closing"](), "takes 'held' from the function around it"),
        (lambda names: names["Engine"]().on_message, "hand over its class"),
        (lambda _: object(), "cannot be called"),
        (lambda _: "json.loads", "names no callable"),
        (lambda _: [].append, "is a method of an object"),
    ],
)
def test_what_no_fresh_process_can_have_is_refused_with_what_to_do(
    prompt: dict[str, Any], make: Callable[[dict[str, Any]], Any], words: str
) -> None:
    with pytest.raises(TargetError, match=words):
        named([make(prompt)])


def test_a_value_that_nothing_makes_is_named(prompt: dict[str, Any]) -> None:
    prompt["elsewhere"] = object()

    with pytest.raises(TargetError, match="'elsewhere', which the callable needs, was not made"):
        named([prompt["lost"]])
