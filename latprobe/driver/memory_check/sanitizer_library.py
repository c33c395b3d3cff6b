"""Whether a library is built with AddressSanitizer, and which runtime it wants."""

import subprocess
from pathlib import Path
from typing import Final

from elftools.common.exceptions import ELFError
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from latprobe.errors import TargetError

BUILD: Final = (
    "build it with `-g -fsanitize=address -fsanitize-recover=address` (C, C++), or with "
    "`RUSTFLAGS=-Zsanitizer=address cargo +nightly build --target x86_64-unknown-linux-gnu` (Rust)"
)
_RUNTIMES: Final = ("libasan.so", "libclang_rt.asan")
_USUAL: Final = "libasan.so"


def runtime_of(library: Path) -> str:
    """The runtime that has to be loaded before a library which is built with AddressSanitizer.

    Raises:
        TargetError: where the library is not built so, or its runtime is not to be found.
    """
    wants, symbols = _looked_at(library)
    if not _is_sanitized(symbols):
        raise TargetError(f"{library} is not built with AddressSanitizer: {BUILD}")
    wanted = next((it for it in wants if it.startswith(_RUNTIMES)), _USUAL)
    for compiler in ("gcc", "clang"):
        if (found := _found_by(compiler, wanted)) is not None:
            return found
    if wanted != _USUAL:
        return wanted  # by its name, as the loader finds it
    raise TargetError(
        f"{library} is built with AddressSanitizer, whose runtime ({wanted}) is not here: install "
        "the compiler that it was built with"
    )


def refuse_sanitized(library: Path) -> None:
    """Memcheck and AddressSanitizer both take the place of the allocator.

    Raises:
        TargetError: where the library is built with AddressSanitizer.
    """
    if _is_sanitized(_looked_at(library)[1]):
        raise TargetError(
            f"{library} is built with AddressSanitizer, which does not run under valgrind: check "
            "it `--with asan`, or build it without"
        )


def _is_sanitized(symbols: list[str]) -> bool:
    return any(it.startswith("__asan_init") for it in symbols)


def _looked_at(library: Path) -> tuple[list[str], list[str]]:
    """The libraries that it needs, and the symbols that it has or wants."""
    try:
        with library.open("rb") as file:
            elf = ELFFile(file)
            return _needed(elf), _symbols(elf)
    except (OSError, ELFError) as error:
        raise TargetError(f"{library} cannot be read as a library: {error}") from error


def _needed(elf: ELFFile) -> list[str]:
    section = elf.get_section_by_name(".dynamic")
    if not isinstance(section, DynamicSection):
        return []
    # The tag has the attribute that it is named after.
    return [str(it.needed) for it in section.iter_tags("DT_NEEDED")]  # type: ignore[attr-defined]


def _symbols(elf: ELFFile) -> list[str]:
    section = elf.get_section_by_name(".dynsym")
    if not isinstance(section, SymbolTableSection):
        return []
    return [str(it.name) for it in section.iter_symbols()]


def _found_by(compiler: str, name: str) -> str | None:
    """Where a compiler has a library; it answers the name alone where it has none."""
    try:
        done = subprocess.run(
            [compiler, f"-print-file-name={name}"], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    path = Path(done.stdout.strip())
    return str(path.resolve()) if path.is_absolute() and path.exists() else None
