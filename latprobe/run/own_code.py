"""Which code is the target's own, and which a library's."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from latprobe.run.call_sites import CodeLocation

_LIBRARY_FILES: Final = re.compile(
    r"""
    ^/rustc/ |                              # Rust's own libraries, as they are built
    /lib/rustlib/ |                         # the same, from their sources on this machine
    /registry/src/[^/]+/ |                  # crates from a registry
    /\.cargo/git/checkouts/ |
    ^/usr/(?!src/local/|local/src/|home/) | # headers, and what the system brings
    ^/rust/deps/ |                          # what Rust's own libraries are built on
    ^/nix/store/ |
    /(site|dist)-packages/ | /lib/python3\.\d+/ |  # what Python has, and has installed
    ^<frozen |                              # the same, compiled in
    ^/build/ | ^\./ | ^\.\./sysdeps/        # libraries of distributions, as they are built
    """,
    re.VERBOSE,
)
_SYSTEM_MODULES: Final = re.compile(r"^(/usr)?/lib(32|64)?/|^\[?linux-(vdso|gate)")
_LIBRARY_FUNCTIONS: Final = re.compile(
    r"^<*&*(?:mut )?(?:dyn )?(?:std|core|alloc|hashbrown|latprobe_sdk|latprobe_abi)::"
    r"|^(?:_?_rust|_?_rdl|rust_|std::|__gnu_cxx::|operator (?:new|delete))"
)
_IMPL: Final = re.compile(r"^<(?P<type>.+?) as (?P<of>.+)>::")


def is_own(
    location: CodeLocation, module: str, target_module: str, own: Sequence[str] = ()
) -> bool:
    """Whether a function on a stack is the target's own code.

    Args:
        location: The function.
        module: The file that its code was loaded from.
        target_module: The target's library.
        own: Folders of the target's own sources; without any, code is own unless a file of it is
            known to be a library's, or unknown and outside of the target's library.
    """
    if location.file is None:
        return not own and module == target_module and not _is_library_function(location.function)
    if own:
        return any(_is_below(location.file, folder) for folder in own)
    if _SYSTEM_MODULES.search(module) and module != target_module:
        return False
    is_library = _LIBRARY_FILES.search(location.file) is not None
    return not is_library and not location.function.startswith(("latprobe_sdk::", "latprobe_abi::"))


def _is_below(file: str, folder: str) -> bool:
    path, above = PurePosixPath(file), PurePosixPath(folder)
    return above == path or above in path.parents


def _is_library_function(function: str) -> bool:
    """By its name alone; of a trait's function, by the type that it is for."""
    found = _IMPL.match(function)
    if found is not None:
        return all(_LIBRARY_FUNCTIONS.match(found[it]) is not None for it in ("type", "of"))
    return _LIBRARY_FUNCTIONS.match(function) is not None
