"""What runs beside a soak, and ends with it: the command that its arguments are.

The first of them is the process that started it. That may have ended before the kernel was asked to
tell, and is then no longer the parent.
"""

import os
import sys

from latprobe import _core


def main() -> None:
    """Becomes the command; what it starts itself, it has to end itself."""
    starter, *command = sys.argv[1:]
    _core.end_with_parent()
    if os.getppid() == int(starter):
        os.execvp(command[0], command)  # noqa: S606  # a fixed command, no shell


if __name__ == "__main__":
    main()
