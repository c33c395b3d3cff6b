"""Compiles targets in C for the tests that load them."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEADER_FOLDER = ROOT / "native" / "sdk" / "include"
FIRST_HEADER_FOLDER = ROOT / "tests" / "golden" / "abi"
"""The header that the first libraries of the ABI's version 1 were built with."""
QUEUED = Path(__file__).parent / "targets" / "queued.c"
SCRIPTED = Path(__file__).parent / "targets" / "scripted.c"
CALL_SITES = Path(__file__).parent / "targets" / "call_sites.c"
PRICES = ROOT / "targets" / "c" / "prices.c"


def compile_target(
    source: Path,
    out: Path,
    *defines: str,
    headers: Path = HEADER_FOLDER,
    extra: Sequence[str] = (),
) -> Path:
    """Builds a shared library; warnings are errors, so that users' own strict builds pass."""
    flags = ["-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    command = [os.environ.get("CC", "cc"), *flags, *(f"-D{it}" for it in defines)]
    command += ["-Wno-unused", f"-I{headers}", "-o", str(out), str(source), "-pthread", *extra]
    subprocess.run(command, check=True)
    return out


def build_own_allocator() -> Path:
    """Builds the target in Rust that brings an allocator of its own."""
    package = "latprobe-own-allocator"
    command = ["cargo", "build", "--release", "--locked", "--quiet", "-p", package]
    subprocess.run(command, cwd=ROOT, check=True)
    return ROOT / "target" / "release" / "liblatprobe_own_allocator.so"
