"""Which stages and kinds a change of the mean is made of.

The mean of the whole is the sum of the stages' times over its messages, and that of the kinds', so
that each one's part of the difference can be named exactly.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from latprobe.run.change import Finding
from latprobe.run.measured import TOTAL, Measured, merged
from latprobe.units import format_ns, format_share

_LEAST_SHARE: Final = 0.1
"""Parts that make up less of a change are not named."""

_LEAST_CHANGE: Final = 0.002
"""A mean that moved by less has no parts worth naming."""


def stage_findings(before: Measured, after: Measured) -> Iterator[Finding]:
    """What each stage has to do with the change of the total's mean."""
    stages = [it for it in after.stages if it in before.stages]
    if len(stages) > 1:
        old, new = ({it: sum_ns(side, it) for it in stages} for side in (before, after))
        yield from _findings(before, after, old, new, "stage")


def kind_findings(before: Measured, after: Measured) -> Iterator[Finding]:
    """What each message kind has to do with it."""
    kinds = [it for it in after.kinds if it in before.kinds]
    if len(kinds) > 1:
        old, new = ({it: sum_ns(side, TOTAL, it) for it in kinds} for side in (before, after))
        yield from _findings(before, after, old, new, "kind")


def _findings(
    before: Measured,
    after: Measured,
    old: Mapping[str, float],
    new: Mapping[str, float],
    topic: str,
) -> Iterator[Finding]:
    """Both sums are in nanoseconds over all messages."""
    one, other = (merged(side.times(TOTAL)) for side in (before, after))
    if not one.count or not other.count:
        return
    change_ns = other.mean_ns - one.mean_ns
    if abs(change_ns) < _LEAST_CHANGE * abs(one.mean_ns):
        return
    parts = {it: new[it] / other.count - old[it] / one.count for it in new}
    for name in sorted(parts, key=lambda it: -parts[it] / change_ns):
        share = parts[name] / change_ns
        if share < _LEAST_SHARE:
            break
        word = "slower" if change_ns > 0 else "faster"
        whole = f"the {format_ns(abs(change_ns))} by which the mean message is {word}"
        made = f"{format_share(share)} of {whole}"
        each = f"{format_ns(old[name] / one.count)} to {format_ns(new[name] / other.count)}"
        if topic == "stage":
            yield Finding(f"{name} makes up {made}: {each} a message", name, None, "stage")
        else:
            yield Finding(
                f"messages of kind {name} make up {made}: {each} of it", TOTAL, name, "kind"
            )


def sum_ns(measured: Measured, row: str, kind: str | None = None) -> float:
    """The time of all messages of a row, of one kind or of all."""
    return merged(measured.times(row, kind)).sum_ns
