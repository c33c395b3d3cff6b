"""The process that makes a service to say what it has watched.

The job comes as JSON on standard input; the last line on standard output is the description.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from latprobe._core import NativeError
from latprobe.service.resolve import find, make
from latprobe.service.watching import WatchingProbe


def main() -> int:
    """Describes the job on standard input."""
    job = json.load(sys.stdin)
    try:
        described = asyncio.run(_described(job))
    except NativeError as error:
        print(error, file=sys.stderr)
        return 1
    print()
    print(json.dumps(described))
    return 0


async def _described(job: dict[str, Any]) -> dict[str, Any]:
    reference = job["reference"]
    found = find(reference, job["path"])
    probe = WatchingProbe(1, 0)
    service = make(found, reference, probe, job["config"])
    if job["transport"] == "websocket" and service.connect is None:
        raise NativeError(f"{reference} has no `connect(url)`, which a WebSocket needs")
    if job["transport"] == "call" and service.handler is None:
        raise NativeError(
            f"{reference} has no `on_message(sequence, payload)`, and cannot be called: "
            'say transport = "websocket"'
        )
    file = getattr(sys.modules[found.__module__], "__file__", None) or ""
    return {
        "family": service.family,
        "description": service.described,
        "file": str(Path(file).resolve()) if file else "",
        "queues": list(probe.queue_waits),
        "locks": list(probe.lock_waits),
        "timers": list(probe.timers),
    }


if __name__ == "__main__":
    sys.exit(main())
