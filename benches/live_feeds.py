"""How many messages a second are served and recorded, over loopback.

    python -m benches.live_feeds [--messages 200000]

The figures are messages per second of CPU time, of the recorder and of the server each, the time
of starting up taken off: on a machine that is busy they say more than the time that passed. That
is printed beside them.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from latprobe.feed.reader import open_feed
from latprobe.feed.synth.synth import synth

_PROGRAM: Final = "from latprobe.cli.main import main; main()"
_WAYS: Final = {
    "udp": ("udp", (), ()),
    "tcp, u32be": ("tcp", ("--framing", "u32be"), ("--framing", "u32be")),
    "ws": ("ws", (), ()),
    "ws, deflate": ("ws", ("--deflate",), ()),
}


@dataclass(frozen=True)
class Ended:
    """A process that has ended."""

    cpu_s: float
    peak_mib: float


@dataclass(frozen=True)
class Transfer:
    """A feed that was served and recorded."""

    recorder: Ended
    server: Ended
    messages: int
    dropped: int
    passed_s: float


def main() -> None:
    """Prints a line for each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=200_000)
    wanted = parser.parse_args().messages
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        synth("json", wanted, 1, folder / "all.feed")
        synth("json", 1, 1, folder / "one.feed")
        print(
            f"{'':<14}{'recorded/s':>12}{'served/s':>12}{'passed/s':>12}{'dropped':>10}{'MiB':>6}"
        )
        for way, (scheme, serving, recording) in _WAYS.items():
            started = _transfer(folder, "one.feed", scheme, serving, recording)
            done = _transfer(folder, "all.feed", scheme, serving, recording)
            recorded = done.messages / max(1e-9, done.recorder.cpu_s - started.recorder.cpu_s)
            served = wanted / max(1e-9, done.server.cpu_s - started.server.cpu_s)
            passed = done.messages / done.passed_s
            print(
                f"{way:<14}{recorded:>12,.0f}{served:>12,.0f}{passed:>12,.0f}"
                f"{done.dropped:>10,}{done.recorder.peak_mib:>6.0f}"
            )


def _transfer(
    folder: Path, name: str, scheme: str, serving: Sequence[str], recording: Sequence[str]
) -> Transfer:
    out = folder / "out.feed"
    url = f"{scheme}://127.0.0.1:{_free_port(scheme)}"
    serve = ["serve", str(folder / name), url, "--as-fast-as-possible", *serving]
    record = ["record", url, str(out), *recording, "--for", "300s"]
    if scheme == "udp":
        recorder = _started(record)
        _wait_for(out.with_name(out.name + ".part").exists)
        server = _started(serve)
    else:
        server = _started(serve)
        _wait_for(lambda: _listens(url))
        recorder = _started([*record, "--no-reconnect"])
    served = _ended(server)
    if scheme == "udp":
        recorder.terminate()
    recorded = _ended(recorder)
    feed = open_feed(out)
    assert feed.recording is not None
    passed_s = (feed.recording.ended_ns - feed.recording.started_ns) / 1e9
    out.unlink()
    return Transfer(recorded, served, feed.messages, feed.recording.dropped, passed_s)


def _started(words: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, "feed", *words], stdout=subprocess.DEVNULL
    )


def _ended(process: "subprocess.Popen[bytes]") -> Ended:
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return Ended(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _free_port(scheme: str) -> int:
    kind = socket.SOCK_DGRAM if scheme == "udp" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _listens(url: str) -> bool:
    port = f":{int(url.rpartition(':')[2]):04X}"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return any(line.split()[1].endswith(port) and line.split()[3] == "0A" for line in lines)


def _wait_for(holds: Callable[[], bool]) -> None:
    give_up_s = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < give_up_s
        time.sleep(0.01)


if __name__ == "__main__":
    main()
