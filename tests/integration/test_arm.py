"""What is built for Arm, where there is a cross compiler, and run, where there is an emulator."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.integration.compiler import HEADER_FOLDER, PRICES, ROOT, SCRIPTED

CROSS = shutil.which("aarch64-linux-gnu-gcc")
EMULATOR = shutil.which("qemu-aarch64")
SYSROOT = Path("/usr/aarch64-linux-gnu")
RUST_TARGET = "aarch64-unknown-linux-gnu"
STAMP = SCRIPTED.with_name("stamp.c")
STRICT = ("-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-unused")


def cross_compile(source: Path, out: Path, *flags: str) -> None:
    if CROSS is None:
        pytest.skip("aarch64-linux-gnu-gcc is not installed")
    command = [CROSS, *STRICT, f"-I{HEADER_FOLDER}", *flags, "-o", str(out), str(source)]
    subprocess.run([*command, "-pthread"], check=True)


@pytest.mark.parametrize("source", [PRICES, SCRIPTED], ids=lambda source: source.stem)
def test_targets_in_c_are_built_without_a_warning(tmp_path: Path, source: Path) -> None:
    out = tmp_path / "libtarget.so"

    cross_compile(source, out, "-shared", "-fPIC")

    # ELF's e_machine, of two bytes from the 18th on, is 183 for AArch64 (elf.h).
    assert out.read_bytes()[18:20] == (183).to_bytes(2, "little")


def test_the_timestamp_of_the_header_counts_time_in_its_own_frequency(tmp_path: Path) -> None:
    program = tmp_path / "stamp"
    cross_compile(STAMP, program)
    if EMULATOR is None:
        pytest.skip("qemu-aarch64 is not installed")

    command = [EMULATOR, "-L", str(SYSROOT), str(program)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout

    before, marked, unmarked, frequency_hz = map(int, said.split())
    assert (marked - before) / frequency_hz >= 1e-3
    assert unmarked == 0, "the mark of a stage that is not timed takes none"


@pytest.mark.parametrize("crate", ["native/abi/src/lib.rs", "native/core/src/chain.rs"])
def test_what_rust_has_of_its_own_for_arm_is_compiled(tmp_path: Path, crate: str) -> None:
    rustc = shutil.which("rustc")
    if rustc is None:
        pytest.skip("rustc is not installed")
    asked = [rustc, "--target", RUST_TARGET, "--print", "target-libdir"]
    library = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    if not Path(library.strip()).is_dir():
        pytest.skip(f"`rustup target add {RUST_TARGET}` was not done")

    out = tmp_path / "out.rlib"
    command = [rustc, "--edition", "2024", "--crate-type", "rlib", "--crate-name", "it", "-O"]
    command += ["-D", "warnings", "--target", RUST_TARGET, "-o", str(out), crate]
    subprocess.run(command, cwd=ROOT, check=True)

    assert out.stat().st_size > 0
