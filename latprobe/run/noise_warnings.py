"""What a run says of forks that the platform disturbed."""

from collections.abc import Iterator, Sequence

from latprobe.run.model import Fork, Warning  # noqa: A004  # the design's word
from latprobe.run.noise import TIMED, Noise, disturbance_of


def noise_warnings(noise: Noise, forks: Sequence[Fork]) -> Iterator[Warning]:
    """How many were discarded and by which rule, and how many are in the figures all the same."""
    timed = [fork for fork in forks if fork.collector in TIMED]
    if noise.discarded:
        reasons = "; ".join(dict.fromkeys(it.reason for it in noise.discarded))
        yield Warning(
            f"{len(noise.discarded)} of {len(timed) + len(noise.discarded)} timed forks were "
            f"discarded and run again: {reasons}",
            "the rule is fixed beforehand and sees no times (docs/METHOD.md); on a quiet machine "
            "none is discarded",
        )
    kept = sum(1 for fork in timed if disturbance_of(fork.usage) is not None)
    if kept and len(noise.discarded) >= noise.repeats:
        yield Warning(
            f"{kept} of the {len(timed)} timed forks that were kept were disturbed too: at most "
            f"{noise.repeats} of a run are discarded",
            "run again while nothing else uses the forks' CPU, or raise `drive.repeats`",
        )
