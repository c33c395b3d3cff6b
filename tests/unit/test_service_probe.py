"""What a service is watched by, and the plan that it is driven by."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from mmap import mmap
from typing import Any

import numpy as np
import pytest

from latprobe._core import Histogram
from latprobe.service import UNWATCHED
from latprobe.service.answer import Noted, service_pass
from latprobe.service.call import Caller
from latprobe.service.loop_lag import LoopLag
from latprobe.service.progress import ALIVE, Progress
from latprobe.service.series import Series
from latprobe.service.task_switches import Switches
from latprobe.service.watching import WatchingProbe

MS = 1_000_000


def row_of(result: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [it for it in result["times"] if it["row"] == name]
    return dict(found)


def values_of(times: dict[str, Any]) -> list[int]:
    counts = Histogram.decode(times["histogram"]).counts()
    return [value for value, count in counts for _ in range(count)]


@pytest.mark.parametrize(
    ("queue", "out"), [(asyncio.Queue(), [1, 2, 3]), (asyncio.LifoQueue(), [3, 2, 1])]
)
def test_a_watched_queue_hands_out_what_it_would_have(
    queue: "asyncio.Queue[int]", out: list[int]
) -> None:
    probe = WatchingProbe(1, 0)
    watched = probe.queue("market", queue)

    for entry in (1, 2, 3):
        watched.put_nowait(entry)

    assert [watched.get_nowait() for _ in range(3)] == out
    assert list(probe.queue_depths["market"].values) == [0, 1, 2]
    assert len(probe.queue_waits["market"].values) == 3


def test_the_newest_entry_of_a_stack_has_waited_least() -> None:
    probe = WatchingProbe(1, 0)
    watched = probe.queue("market", asyncio.LifoQueue[int]())
    watched.put_nowait(1)
    time.sleep(0.005)
    watched.put_nowait(2)

    watched.get_nowait()
    watched.get_nowait()

    newest, oldest = probe.queue_waits["market"].values
    assert oldest >= newest + 5 * MS


def test_a_queue_with_an_order_of_its_own_is_refused() -> None:
    with pytest.raises(TypeError, match=r"PriorityQueue cannot be watched: only asyncio\.Queue"):
        WatchingProbe(1, 0).queue("market", asyncio.PriorityQueue())


@pytest.mark.parametrize("name", ["market", "loop", "message_to_decision", "", "a b"])
def test_each_name_is_given_once(name: str) -> None:
    probe = WatchingProbe(1, 0)
    probe.queue("market", asyncio.Queue())

    with pytest.raises(ValueError, match="has a name of its own"):
        probe.timer(name)


def test_waiting_for_a_lock_and_holding_it_are_told_apart() -> None:
    probe = WatchingProbe(1, 0)

    async def hold(lock: asyncio.Lock) -> None:
        async with lock:
            await asyncio.sleep(0.01)  # in which the other one asks

    async def both() -> None:
        lock = probe.lock("orders")
        await asyncio.gather(hold(lock), hold(lock))

    asyncio.run(both())

    holds, (_, waited) = probe.lock_holds["orders"].values, probe.lock_waits["orders"].values
    # A loop's timer may be early by its clock's step.
    assert min(holds) >= 9 * MS
    assert len(holds) == 2
    # From when the second asked, right after the first had got the lock, until that gave it back.
    assert 8 * MS <= waited <= sum(holds)


def test_a_loop_that_was_stopped_missed_every_moment_of_that_time() -> None:
    lags = Series()

    async def stop_it() -> None:
        lag = LoopLag(asyncio.get_running_loop(), lags, Progress(mmap(-1, 8)))
        await asyncio.sleep(0.005)
        time.sleep(0.05)
        await asyncio.sleep(0.005)
        lag.close()

    asyncio.run(stop_it())

    assert len(lags.values) >= 50
    assert sum(1 for it in lags.values if it >= 25 * MS) >= 20


def test_a_loop_that_turns_is_known_to_be_alive() -> None:
    shared = mmap(-1, 8)
    progress = Progress(shared)
    progress.reached(17)
    word = memoryview(shared).cast("Q")
    seen = {word[0]}

    progress.alive()
    seen.add(word[0])
    progress.alive()

    assert seen == {17, 17 | ALIVE}
    assert word[0] == 17


def driven(
    due_ns: list[int], handler: Callable[[int, bytes], Awaitable[object] | None]
) -> tuple[WatchingProbe, Caller]:
    """Calls a handler with as many messages as are planned."""
    probe = WatchingProbe(len(due_ns), 0)
    callers: list[Caller] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        payloads = (b"%d" % number for number in itertools.count())
        callers.append(Caller(loop, due_ns, payloads, handler, probe))
        await callers[0].run()

    asyncio.run(run())
    return probe, callers[0]


def test_the_plan_goes_on_while_a_message_is_slow() -> None:
    def slow_at_first(sequence: int, _: bytes) -> None:
        if sequence == 0:
            time.sleep(0.05)

    probe, caller = driven([0, MS, 2 * MS], slow_at_first)

    late = [it - caller.start_ns for it in probe.received_ns]
    # The second was due 49 ms before the first was done.
    assert late[1] - MS >= 49 * MS
    assert late[2] - 2 * MS >= 48 * MS


def test_messages_come_in_order_and_none_before_it_is_due() -> None:
    seen: list[tuple[int, bytes]] = []

    async def handle(sequence: int, payload: bytes) -> None:
        seen.append((sequence, payload))
        await asyncio.sleep(0)

    due_ns = [0, 0, MS, 3 * MS]
    probe, caller = driven(due_ns, handle)

    assert seen == [(0, b"0"), (1, b"1"), (2, b"2"), (3, b"3")]
    received = [it - caller.start_ns for it in probe.received_ns]
    assert all(it >= due for it, due in zip(received, due_ns, strict=True))


def test_what_a_service_raises_is_an_error_of_that_message_alone() -> None:
    def odd(sequence: int, _: bytes) -> None:
        if sequence % 2:
            raise KeyError(sequence)

    probe, _ = driven([0] * 5, odd)

    assert probe.failures.counts == {"KeyError": 2}
    assert probe.failures.examples == {"KeyError": "1"}
    assert probe.taken == 5


def test_what_is_in_the_warm_up_does_not_count() -> None:
    probe = WatchingProbe(3, 2)
    waits = probe.timer("work")

    for _ in range(3):
        probe.received()
        waits.stop(waits.start())
        probe.failures.note(KeyError("k"))
        probe.superseded()
        probe.switches.count += 5

    assert len(probe.timers["work"].counted()) == 1
    assert (probe.failures.counts, probe.superseded_entries) == ({"KeyError": 1}, 1)
    assert probe.switches.count == 5


def test_what_was_put_into_a_queue_to_warm_up_has_no_wait() -> None:
    probe = WatchingProbe(messages=3, warmup=1)
    queue: asyncio.Queue[int] = asyncio.Queue()
    probe.queue("market", queue)
    for sequence in range(3):
        assert probe.received() == sequence
        queue.put_nowait(sequence)

    assert [queue.get_nowait() for _ in range(3)] == [0, 1, 2]

    assert len(probe.queue_waits["market"].counted()) == 2
    assert len(probe.queue_depths["market"].counted()) == 2


def test_the_number_of_each_message_that_is_there_is_told() -> None:
    reached: list[int] = []
    probe = WatchingProbe(2, 0, reached=reached.append)

    assert [probe.received() for _ in range(2)] == reached == [0, 1]


def test_task_switches_are_counted_one_by_one() -> None:
    switches = Switches()

    async def yields(times: int) -> int:
        for _ in range(times):
            await asyncio.sleep(0)
        return times

    async def run() -> tuple[int, int]:
        loop = asyncio.get_running_loop()
        loop.set_task_factory(switches.task)
        return await loop.create_task(yields(10)), switches.count

    assert asyncio.run(run()) == (10, 11)


def test_a_cancelled_task_is_counted_and_ends() -> None:
    switches = Switches()

    async def run() -> int:
        loop = asyncio.get_running_loop()
        loop.set_task_factory(switches.task)
        task = loop.create_task(asyncio.sleep(10))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return switches.count

    assert asyncio.run(run()) == 2


def noted_probe() -> WatchingProbe:
    """Three messages, the first to warm up; the last was not decided."""
    probe = WatchingProbe(3, 1)
    for sequence, (received, decided, acknowledged) in enumerate(
        [(10, 20, 30), (1_100, 1_400, 1_900), (2_500, 0, 0)]
    ):
        probe.received_ns[sequence] = received
        probe.decided_ns[sequence] = decided
        probe.acknowledged_ns[sequence] = acknowledged
    return probe


def test_times_count_from_the_hand_over_and_from_when_a_message_was_due() -> None:
    due = np.array([5, 1_000, 2_000])

    result = service_pass(noted_probe(), Noted("asyncio", "call", due))

    assert (result["messages"], result["decided"], result["acknowledged"]) == (2, 1, 1)
    decision = row_of(result, "message_to_decision")
    assert values_of(decision["times"]) == [300]
    assert values_of(decision["response"]) == [400]
    assert values_of(row_of(result, "receive")["times"]) == [100, 500]
    assert values_of(row_of(result, "decision_to_acknowledged")["times"]) == [500]


def test_message_lag_is_that_of_the_recording_and_what_was_added_now() -> None:
    due, recorded = np.array([5, 1_000, 2_000]), np.array([7_000, 5_000, 6_000])

    result = service_pass(noted_probe(), Noted("asyncio", "call", due, recorded))

    # Histograms have three digits.
    lags = values_of(row_of(result, "message lag")["times"])
    assert lags == pytest.approx([5_100, 6_500], rel=0.001)
    assert result["lag_base_ns"] == 0


def test_lags_of_clocks_that_disagree_count_from_the_fastest_message() -> None:
    due, recorded = np.array([5, 1_000, 2_000]), np.array([-900, -1_000, -(2**63)])

    result = service_pass(noted_probe(), Noted("asyncio", "call", due, recorded))

    assert values_of(row_of(result, "message lag")["times"]) == [100]
    assert result["lag_base_ns"] == -1_000


def test_the_first_decision_on_each_of_several_messages_counts() -> None:
    probe = WatchingProbe(4, 0)
    probe.decided(1)
    first = probe.decided_ns[1]

    probe.decided(3, first=0)

    assert probe.decided_ns[1] == first
    assert len({probe.decided_ns[i] for i in (0, 2, 3)}) == 1
    assert all(probe.decided_ns)


def test_warming_up_leaves_nothing_behind() -> None:
    probe = WatchingProbe(3, 2)
    queue = probe.queue("market", asyncio.Queue[int]())
    for _ in range(3):
        queue.put_nowait(probe.received())
        queue.get_nowait()

    # The third is the first that counts, and is in the queue after that.
    assert len(probe.queue_waits["market"].counted()) == 1


def test_unwatched_a_service_is_as_if_there_were_no_probe() -> None:
    queue = asyncio.Queue[int]()

    assert UNWATCHED.queue("market", queue) is queue
    assert type(UNWATCHED.lock("orders")) is asyncio.Lock
    assert UNWATCHED.timer("sign").start() == 0
