"""Messages are sent by a plan that nobody can shift."""

import time
from pathlib import Path

from latprobe.feed.reader import open_feed
from latprobe.feed.serve.player import Served, ServeOptions
from latprobe.feed.serve.schedule import Pace
from latprobe.feed.serve.serve import serve
from latprobe.feed.serve.sink import Deliveries
from latprobe.feed.transport.stop import Stop
from tests.live import made_feed, numbered


class ScriptedSink:
    """Notes what is sent, and takes its time with some messages."""

    def __init__(self, slow: dict[int, float] | None = None, absent: range = range(0)) -> None:
        self.deliveries = Deliveries()
        self.ready = 1
        self.sent: list[tuple[int, bytes]] = []
        self.finished = False
        self._slow = slow or {}
        self._absent = absent

    def send(self, payload: memoryview) -> bool:
        number = len(self.sent)
        self.sent.append((time.monotonic_ns(), bytes(payload)))
        if number in self._slow:
            time.sleep(self._slow[number])
        return number not in self._absent

    def attend(self, wait_s: float) -> None:
        if wait_s > 0:
            time.sleep(wait_s)

    def relieve(self) -> None:
        pass

    def finish(self) -> None:
        self.finished = True


def served(folder: Path, sink: ScriptedSink, options: ServeOptions, count: int = 60) -> Served:
    feed = open_feed(made_feed(folder / "a.feed", numbered(count)))
    stop = Stop()
    try:
        return serve(feed, sink, "served to a script", options, stop, lambda _: None)
    finally:
        stop.close()


def test_nothing_is_sent_before_it_is_due(tmp_path: Path) -> None:
    sink = ScriptedSink()
    started_ns = time.monotonic_ns()
    served(tmp_path, sink, ServeOptions(Pace(rate=1000.0)))
    assert [payload for _, payload in sink.sent] == numbered(60)
    for number, (sent_ns, _) in enumerate(sink.sent):
        assert sent_ns - started_ns >= number * 1_000_000
    assert sink.finished


def test_a_slow_send_makes_the_next_messages_late_and_shifts_none_of_the_plan(
    tmp_path: Path,
) -> None:
    sink = ScriptedSink(slow={0: 0.05})
    result = served(tmp_path, sink, ServeOptions(Pace(rate=1000.0)))
    lateness = result.lateness
    assert lateness.count == 60
    # Message 1 was due after 1 ms and could be sent after 50; a plan that slips would say 0.
    assert lateness.max >= 48_000_000
    assert lateness.count - lateness.count_at_or_below(10_000_000) >= 35


def test_without_a_client_messages_pass_and_are_counted(tmp_path: Path) -> None:
    sink = ScriptedSink(absent=range(10, 25))
    options = ServeOptions(Pace(rate=10_000.0), sent=tmp_path / "sent.feed")
    result = served(tmp_path, sink, options)
    assert (result.messages, result.to_nobody) == (45, 15)
    assert result.sent is not None
    assert result.sent.messages == 45


def test_feeds_of_many_blocks_are_sent_whole(tmp_path: Path) -> None:
    sink = ScriptedSink()
    result = served(tmp_path, sink, ServeOptions(Pace()), count=70_000)
    assert result.messages == 70_000
    assert [payload for _, payload in sink.sent] == numbered(70_000)
