"""memray's own flame graph of an audit."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from latprobe.errors import TargetError
from latprobe.run.whole_file import write_whole
from latprobe.temporary_folder import temporary_folder


@contextmanager
def capture_for(out: Path | None) -> Iterator[Path | None]:
    """A place for memray's file, of which its flame graph is made in `out` in the end.

    None where none is wanted; nothing is made where the target failed and left no file.

    Raises:
        TargetError: where memray cannot draw it.
    """
    if out is None:
        yield None
        return
    with temporary_folder() as folder:
        capture, picture = folder / "trace.bin", folder / "graph.html"
        yield capture
        if not capture.exists():
            return
        drawn = subprocess.run(
            [sys.executable, "-m", "memray", "flamegraph", "-o", str(picture), str(capture)],
            capture_output=True,
            text=True,
            check=False,
        )
        if drawn.returncode:
            raise TargetError(f"memray cannot draw its flame graph: {drawn.stderr.strip()}")
        write_whole(out, picture.read_bytes())
