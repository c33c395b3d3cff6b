"""A built-in chain in pyperf's hands: one loop is one message, timed by a cost pass."""

import json
from mmap import mmap

import pyperf

from latprobe import _core


def main() -> None:
    """Measures the target that is named over the feed that is named, as pyperf does by itself."""
    runner = pyperf.Runner(
        add_cmdline_args=lambda command, given: command.extend(
            [given.target, given.feed, given.batches]
        )
    )
    for name in ("target", "feed", "batches"):
        runner.argparser.add_argument(name)
    given = runner.parse_args()
    batches = [tuple(it) for it in json.loads(given.batches)]

    def timed(loops: int) -> float:
        feed = _core.Feed(given.feed, batches)
        replay = _core.Replay("builtin", given.target, "{}", feed, mmap(-1, 8))
        result = json.loads(replay.cost(_core.Instrument(), 0, loops))
        return float(result["total_ns"]) / 1e9

    runner.bench_time_func("chain", timed)


if __name__ == "__main__":
    main()
