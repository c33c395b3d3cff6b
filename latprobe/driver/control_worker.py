"""The process of the idle control: it does nothing, and notes when it could not.

The job comes as JSON on standard input; what it saw goes to a file, once the time is over or the
shared word is not 0.
"""

import json
import os
import sys
from mmap import mmap
from pathlib import Path

from latprobe import _core
from latprobe.driver.shared_word import WORD_BYTES


def main() -> None:
    """Runs the job on standard input."""
    _core.end_with_parent()
    job = json.load(sys.stdin)
    if job["cpu"] is not None:
        os.sched_setaffinity(0, {job["cpu"]})
    stop = mmap(job["stop_fd"], WORD_BYTES)  # not closed: whoever watches still holds it
    Path(job["result"]).write_text(_core.watch_stalls(job["seconds"], stop), encoding="utf-8")


if __name__ == "__main__":
    main()
