"""The process that makes a service to say what it has watched.

The job comes as JSON on standard input; the last line on standard output is the description.
"""

import asyncio
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from latprobe._core import NativeError
from latprobe.reference import UnresolvedError, find_object
from latprobe.service.resolve import make
from latprobe.service.watching import WatchingProbe


def main() -> int:
    """Describes the job on standard input."""
    job = json.load(sys.stdin)
    try:
        described = asyncio.run(_described(job))
    except (NativeError, UnresolvedError) as error:
        print(error, file=sys.stderr)
        return 1
    print()
    print(json.dumps(described))
    return 0


async def _described(job: dict[str, Any]) -> dict[str, Any]:
    reference = job["reference"]
    module, found = find_object(reference, job["path"])
    probe = WatchingProbe(1, 0)
    service = make(found, reference, probe, job["config"])
    if job["transport"] == "websocket" and service.connect is None:
        raise NativeError(f"{reference} has no `connect(url)`, which a WebSocket needs")
    if job["transport"] == "call" and service.handler is None:
        raise NativeError(
            f"{reference} has no `on_message(sequence, payload)`, and cannot be called: "
            'say transport = "websocket"'
        )
    return {
        "family": service.family,
        "description": service.described,
        "files": _files_beside(module),
        "is_called": service.handler is not None,
        "kinds": service.kinds,
        "queues": list(probe.queue_waits),
        "locks": list(probe.lock_waits),
        "timers": list(probe.timers),
    }


def _files_beside(module: ModuleType) -> list[str]:
    """The files of a module, and of all that it has imported of its own package."""
    package = module.__name__.partition(".")[0]
    names = [it for it in sys.modules if it == package or it.startswith(f"{package}.")]
    files = [getattr(sys.modules[it], "__file__", None) for it in sorted(names)]
    return [str(Path(it).resolve()) for it in files if it]


if __name__ == "__main__":
    sys.exit(main())
