"""Other allocators than libc's, and the environment of forks: the counting works on top of any."""

import ctypes.util
import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.integration.compiler import HEADER_FOLDER, compile_target
from tests.integration.conftest import Bench

TARGETS = Path(__file__).parent / "targets"
INSTALLED = [
    name
    for name, libraries in {
        "mimalloc": ["mimalloc"],
        "jemalloc": ["jemalloc"],
        "tcmalloc": ["tcmalloc", "tcmalloc_minimal"],
    }.items()
    if any(map(ctypes.util.find_library, libraries))
]
SAYS = '[env]\nTARGET_SAYS = "allocate"'
"""What the target needs to be told; it rejects messages otherwise."""


def compile_allocating(out: Path) -> Path:
    """A target that asks for memory in every way that C and C++ have."""
    compiler = os.environ.get("CXX", shutil.which("c++"))
    if compiler is None:
        pytest.skip("there is no C++ compiler")
    command = [compiler, "-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    source = TARGETS / "allocating.cpp"
    subprocess.run([*command, f"-I{HEADER_FOLDER}", "-o", out, source], check=True)
    return out


def counted(document: dict[str, Any]) -> list[dict[str, int]]:
    (result,) = (it["result"] for it in document["forks"] if it["collector"] == "allocations")
    (kind,) = result["kinds"]
    return [it["sum"] for it in kind["stages"]]


def test_counts_are_the_same_with_whatever_allocator(bench: Bench) -> None:
    library = compile_allocating(bench.folder / "liballocating.so")
    # One that is always there: a library of the test's own, named by a path from the scenario.
    plain = compile_target(TARGETS / "plain_allocator.c", bench.folder / "libplain.so")
    feed = bench.feed([b"x"] * 100)
    chosen = {"libc": "", "plain": "./libplain.so", **{name: name for name in INSTALLED}}
    scenarios = [
        bench.scenario(
            feed,
            "errors == 0",
            "heap growth == 0",
            name=name,
            target="allocating",
            library=library,
            extra=f'allocator = "{allocator}"\n{SAYS}' if allocator else SAYS,
        )
        for name, allocator in chosen.items()
    ]

    outcome = bench.latprobe("run", *scenarios, "--forks", "1", "--messages", "100")

    assert outcome.code == 0, outcome.err
    documents = {it["scenario"]["name"]: it for it in bench.documents}
    of_libc = counted(documents["libc"])
    assert [it["allocations"] for it in of_libc] == [700, 1500]
    assert {name: counted(it) for name, it in documents.items()} == dict.fromkeys(chosen, of_libc)
    assert documents["libc"]["allocator"] is None
    assert documents["plain"]["allocator"] == {
        "name": str(plain),
        "library": str(plain),
        "sha256": hashlib.sha256(plain.read_bytes()).hexdigest(),
    }
    assert [documents[it]["allocator"]["name"] for it in INSTALLED] == INSTALLED
    assert "env        TARGET_SAYS=allocate" in outcome.out
    assert "allocator  " in outcome.out
    assert documents["plain"]["allocator"]["sha256"][:12] in outcome.out

    compared = bench.latprobe("compare", "libc", "plain")
    assert compared.code != 2, compared.err
    assert f"the sides differ in their allocators: libc's and {plain} (sha256" in compared.out

    audited = bench.latprobe("audit", scenarios[1], "--json")
    assert audited.code == 0, audited.err
    assert sum(it["counts"]["allocations"] for it in audited.json["sites"]) == 22_000
