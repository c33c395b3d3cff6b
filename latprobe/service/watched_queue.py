"""A queue of which it is noted how long entries stand in it, and how many they meet there."""

import asyncio
from collections import deque
from time import monotonic_ns
from typing import Any, Final

from latprobe.service.series import Series

_TO_WARM_UP: Final = 0
"""Stands for the time at which an entry was put in that does not count."""


class Waiting:
    """Since when each entry of a queue stands in it."""

    def __init__(self) -> None:
        self.since: deque[int] = deque()

    def begin_counting(self) -> None:
        """What stands in the queue now was put there to warm up: how long it waits is not noted."""
        for index in range(len(self.since)):
            self.since[index] = _TO_WARM_UP


def watch_queue(queue: "asyncio.Queue[Any]", wait: Series, depth: Series) -> Waiting:
    """Notes what goes through a queue from now on.

    `_put` and `_get` are what asyncio's own kinds of queue differ in: each entry goes through them
    once, right when it is put in or taken out.

    Raises:
        TypeError: for a queue that hands entries out in another order than it knows of.
    """
    if isinstance(queue, asyncio.PriorityQueue) or not isinstance(queue, asyncio.Queue):
        raise TypeError(
            f"a {type(queue).__name__} cannot be watched: only asyncio.Queue and LifoQueue, whose "
            "order is known; time what waits elsewhere with probe.timer"
        )
    put, get = queue._put, queue._get
    waiting = Waiting()
    since = waiting.since
    took = since.pop if isinstance(queue, asyncio.LifoQueue) else since.popleft
    note, size, add_wait, add_depth = since.append, since.__len__, wait.add, depth.add

    def put_noted(entry: Any) -> None:
        add_depth(size())
        note(monotonic_ns())
        put(entry)

    def get_noted() -> Any:
        entry = get()
        since_ns = took()
        if since_ns != _TO_WARM_UP:
            add_wait(monotonic_ns() - since_ns)
        return entry

    watched: Any = queue
    watched._put, watched._get = put_noted, get_noted
    return waiting
