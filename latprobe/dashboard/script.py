"""Data as scripts, since a page from the disk may read nothing else."""

import os
from pathlib import Path

import msgspec


def script_json(shown: msgspec.Struct) -> bytes:
    """JSON that is a part of a script, whatever the names in it. What is no number is null."""
    return (
        msgspec.json.encode(shown)
        .replace(b"<", b"\\u003c")
        .replace("\u2028".encode(), b"\\u2028")
        .replace("\u2029".encode(), b"\\u2029")
    )


def write_changed(path: Path, content: bytes) -> None:
    """Writes a file whole, unless it is so already: it may be open in a browser.

    Raises:
        OSError: where it cannot be written.
    """
    if path.exists() and path.read_bytes() == content:
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(content)
        beside.rename(path)
    finally:
        beside.unlink(missing_ok=True)
