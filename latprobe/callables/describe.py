"""The process that imports a target of callables to say what it is.

The job comes as JSON on standard input; the last line on standard output is the description.
"""

import json
import platform
import sys

from latprobe.callables.resolve import resolve
from latprobe.reference import UnresolvedError


def main() -> int:
    """Describes the job on standard input."""
    job = json.load(sys.stdin)
    try:
        found = resolve(job)
        found.factory()
    except UnresolvedError as error:
        print(error, file=sys.stderr)
        return 1
    except Exception as error:  # whatever a target does when it is made
        print(
            f"{job['calls'][-1]}: cannot be made: {type(error).__name__}: {error}", file=sys.stderr
        )
        return 1
    interpreter = f"{platform.python_implementation()} {platform.python_version()}"
    said = {**found.description, "files": found.files, "interpreter": interpreter}
    print()
    print(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
