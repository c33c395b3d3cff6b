"""Recorders that are killed, stopped, or out of room."""

import itertools
import json
import os
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from latprobe.errors import FeedError
from latprobe.feed.importers.import_feed import import_feed
from latprobe.feed.reader import open_feed
from latprobe.feed.record.receive_loop import Ending, Rotation
from latprobe.feed.record.received import Received
from latprobe.feed.record.record import RecordOptions, record
from latprobe.feed.record.recover import journal_notes, read_journal
from latprobe.feed.transport.stop import Stop
from tests.feeds import columns_of
from tests.live import (
    PATIENCE_S,
    error_of,
    free_port,
    latprobe_feed,
    part_of,
    running,
    send_datagrams,
    succeeded,
    tcp_server,
    wait_until,
)

KILLS = 25


def message(number: int) -> bytes:
    return b"%d %s" % (number, b"x" * (number * 7 % 301))


@contextmanager
def endless_stream(lines_at_once: int = 20) -> Iterator[int]:
    """A server that sends numbered lines to whoever connects, until it is over; its port."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            while not over.is_set():
                connection, _ = listener.accept()
                with connection:
                    number = 0
                    try:
                        while not over.is_set():
                            lines = range(number, number + lines_at_once)
                            connection.sendall(b"".join(message(it) + b"\n" for it in lines))
                            number += lines_at_once
                            time.sleep(0.0005)
                    except OSError:
                        continue

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        port = int(listener.getsockname()[1])
        try:
            yield port
        finally:
            over.set()
            with socket.create_connection(("127.0.0.1", port)):
                thread.join(PATIENCE_S)


def flushed_messages(part: Path) -> int:
    if not part.exists() or journal_notes(part) is None:
        return 0
    return sum(len(block) for block, _ in read_journal(part))


def test_a_recorder_that_is_killed_at_any_moment_leaves_all_that_it_flushed(
    tmp_path: Path,
) -> None:
    moments = random.Random(1957)
    with endless_stream() as port:
        for kill in range(KILLS):
            out = tmp_path / f"{kill}.feed"
            part = part_of(out)
            url, words = f"tcp://127.0.0.1:{port}", ("--framing", "lines", "--flush-every", "2ms")
            with running("feed", "record", url, out, *words) as recorder:
                wait_until(partial(flushed_messages, part), "something is flushed")
                time.sleep(moments.uniform(0, 0.08))
                flushed_before = flushed_messages(part)
                recorder.kill()
                recorder.join(PATIENCE_S)
                assert recorder.exitcode == -signal.SIGKILL
            assert not out.exists()
            output = succeeded(latprobe_feed("import", part, out))
            columns = columns_of(out)
            count = len(columns["payload"])
            assert count >= flushed_before
            assert columns["payload"] == [message(number) for number in range(count)]
            # What came while the kernel was only beginning to take times has that of being read.
            pairs = itertools.pairwise(columns["recv_ns"])
            assert sum(earlier > later for earlier, later in pairs) <= 1
            assert f"{count:,} messages" in output
            assert "cut: what came after the last flush is missing" in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_recorder_that_is_asked_to_end_makes_the_feed(tmp_path: Path, number: int) -> None:
    out, port = tmp_path / "a.feed", free_port()
    messages = [message(it) for it in range(300)]
    with running("feed", "record", f"udp://127.0.0.1:{port}", out) as recorder:
        wait_until(part_of(out).exists, "the recorder receives")
        send_datagrams(messages, "127.0.0.1", port)
        os.kill(recorder.pid, number)
        recorder.join(PATIENCE_S)
        assert recorder.exitcode == 0
    assert columns_of(out)["payload"] == messages
    recording = open_feed(out).recording
    assert recording is not None
    assert recording.ended_by == ("Ctrl-C" if number == signal.SIGINT else "SIGTERM")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.feed"]


def test_what_was_flushed_before_the_disk_was_full_is_kept_and_the_error_says_where(
    tmp_path: Path,
) -> None:
    out = tmp_path / "a.feed"
    # More than what one flush can have: a reader looks up after each mebibyte.
    limit = 6_000_000
    program = "from latprobe.cli.main import main; main()"
    with endless_stream(lines_at_once=400) as port:
        words = ["feed", "record", f"tcp://127.0.0.1:{port}", str(out), "--framing", "lines"]
        done = subprocess.run(
            [sys.executable, "-c", program, *words, "--flush-every", "5ms", "--for", "50s"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            # Else Python itself would write modules that are cut short.
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        )
    assert done.returncode == 2
    kept = flushed_messages(part_of(out))
    assert kept > 0
    assert part_of(out).stat().st_size <= limit
    assert done.stderr.startswith(f"latprobe: {out}.part: cannot be written: File too large; ")
    assert f"{kept:,} messages are in {out}.part" in done.stderr
    assert f"`latprobe feed import {out}.part {out}` makes the feed" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    import_feed(part_of(out), out)
    assert columns_of(out)["payload"] == [message(number) for number in range(kept)]


def test_a_feed_that_cannot_be_finished_stays_recoverable(tmp_path: Path) -> None:
    out = tmp_path / "a.feed"
    with tcp_server(lambda connection: connection.sendall(b"a\nb\n")) as port:
        # What appears in the feed's place while it is recorded is no regular file.
        def script() -> None:
            wait_until(part_of(out).exists, "it is recorded")
            out.mkdir()

        thread = threading.Thread(target=script)
        thread.start()
        words = ("--framing", "lines", "--for", "1s")
        result = latprobe_feed("record", f"tcp://127.0.0.1:{port}", out, *words)
        thread.join()
    assert f"all 2 messages are in {part_of(out)}: `latprobe feed import " in error_of(result)
    import_feed(part_of(out), tmp_path / "b.feed")
    assert columns_of(tmp_path / "b.feed")["payload"] == [b"a", b"b"]


def test_a_place_that_cannot_be_written_to_is_one_clear_error(tmp_path: Path) -> None:
    url = f"udp://127.0.0.1:{free_port()}"
    result = latprobe_feed("record", url, tmp_path / "nowhere" / "a.feed")
    assert error_of(result).endswith("a.feed.part: cannot be written: No such file or directory")


def test_a_recording_goes_on_in_another_file_and_nothing_is_lost_between(tmp_path: Path) -> None:
    out = tmp_path / "day.feed"
    with endless_stream() as port:
        words = ("--framing", "lines", "--rotate", "100kB", "--messages", 3000, "--json")
        output = succeeded(latprobe_feed("record", f"tcp://127.0.0.1:{port}", out, *words))
    told = [json.loads(line) for line in output.splitlines()]
    assert len(told) >= 2
    assert [it["recording"]["ended_by"] for it in told] == [
        *["--rotate"] * (len(told) - 1),
        "--messages",
    ]
    paths = [Path(it["path"]) for it in told]
    assert paths == sorted(paths)
    assert sorted(tmp_path.iterdir()) == paths
    assert all(re.fullmatch(r"day-\d{8}T\d{6}\.\d{3}Z\.feed", path.name) for path in paths)
    payloads = [payload for path in paths for payload in columns_of(path)["payload"]]
    assert payloads == [message(number) for number in range(3000)]
    assert all(sum(map(len, columns_of(path)["payload"])) >= 100_000 for path in paths[:-1])


def test_a_recording_goes_on_in_another_file_after_a_time(tmp_path: Path) -> None:
    with endless_stream() as port:
        words = ("--framing", "lines", "--rotate", "150ms", "--for", "1s", "--json")
        url = f"tcp://127.0.0.1:{port}"
        output = succeeded(latprobe_feed("record", url, tmp_path / "day.feed", *words))
    told = [json.loads(line)["recording"] for line in output.splitlines()]
    assert 2 <= len(told) <= 7
    assert told[-1]["ended_by"] == "--for"
    assert all(it["ended_ns"] - it["started_ns"] >= 150_000_000 for it in told[:-1])


def test_what_came_before_a_source_failed_is_kept(tmp_path: Path) -> None:
    class Scripted:
        """Gives three messages, then fails."""

        clock, state, ended = "CLOCK_REALTIME", "", ""

        def receive(self, received: Received, wait_s: float) -> None:  # noqa: ARG002
            if len(received) == 3:
                raise FeedError("udp://scripted", None, "Network is down")
            received.add(5, "a", [b"%d" % len(received)], by_kernel=False)

        def close(self, received: Received) -> None:
            received.add_gap(5, 6, "a", "closed")

    options = RecordOptions("json", "recorded from a script", 1.0, Ending(), Rotation())
    stop = Stop()
    with pytest.raises(FeedError, match="Network is down"):
        record(Scripted(), tmp_path / "a.feed", options, stop, lambda _: None)
    stop.close()
    assert columns_of(tmp_path / "a.feed")["payload"] == [b"0", b"1", b"2"]
    recording = open_feed(tmp_path / "a.feed").recording
    assert recording is not None
    assert (recording.ended_by, recording.gaps_total) == ("Network is down", 1)
