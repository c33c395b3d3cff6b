"""What Otava and asv find in series: run by the interpreter that they are installed for.

Reads a JSON list of series from standard input, and prints, for each peer, the indices at which it
says that the level changed, of each series.
"""

import json
import sys
from collections.abc import Sequence


def otava(values: Sequence[float]) -> list[int]:
    """As `otava analyze` does, with its own defaults."""
    from otava.analysis import compute_change_points  # noqa: PLC0415  # may be missing

    try:
        found, _ = compute_change_points(values, window_len=50, max_pvalue=0.001)
    except ValueError:  # raised where it puts a change at the very end
        return []
    return [int(it.index) for it in found]


def asv(values: Sequence[float]) -> list[int]:
    """As asv's regression pages do."""
    from asv.step_detect import detect_steps  # noqa: PLC0415  # may be missing

    return [int(left) for left, *_ in detect_steps(values)[1:]]


def main() -> None:
    """Answers for the peers that are there."""
    series = json.load(sys.stdin)
    said = {}
    for peer in (otava, asv):
        try:
            said[peer.__name__] = [peer(it) for it in series]
        except ImportError as error:
            print(f"{peer.__name__}: {error}", file=sys.stderr)
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
