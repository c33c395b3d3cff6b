"""Figures of a part of a soak: what was measured there, and how well it could be."""

from fractions import Fraction

from latprobe.comparator.dimension import Dimension, format_amount
from latprobe.comparator.estimate import Estimate, Range, Undecidable, counted
from latprobe.comparator.figure import Figure, Measure
from latprobe.comparator.soak_evidence import Group, SoakEvidence
from latprobe.stats import count_needed, quantile_rank, resolution_ns, samples_beyond

_FEWEST_BEYOND = 10
_COLUMN_OF = {
    "allocations": "allocations",
    "frees": "frees",
    "reallocations": "reallocations",
    "bytes": "allocated_bytes",
}


def estimate_times(
    figure: Figure, tag: str, group: Group, evidence: SoakEvidence, where: str
) -> Estimate | Undecidable:
    """A figure of latency: a fact about the messages of this part, widened by the instrument."""
    times = group.times
    if times is None or not times.count:
        return Undecidable(f"{figure.name} of {tag}{where}: no message came through")
    unseen = evidence.step_ns + evidence.offset_error_ns
    match figure.measure:
        case Measure.QUANTILE:
            assert figure.quantile is not None
            if samples_beyond(times.count, figure.quantile) < _FEWEST_BEYOND:
                needed = count_needed(figure.quantile, _FEWEST_BEYOND)
                return Undecidable(
                    f"{figure.name}{where} takes {needed:,} messages, and there are {times.count:,}"
                )
            value = float(times.value_at_rank(quantile_rank(times.count, figure.quantile)))
        case Measure.MEAN:
            value, unseen = group.sum_ns / times.count, evidence.offset_error_ns
        case Measure.SMALLEST:
            value = float(times.value_at_rank(1))
        case _:
            value = float(times.value_at_rank(times.count))
    reach = max(unseen, resolution_ns(value))
    amount = format_amount(value, Dimension.TIME)
    return Estimate(
        f"{figure.name} is {amount}{where}",
        value,
        Range(max(0.0, value - reach), value + reach),
        Range(value, value),
        f"the clock, which tells {format_amount(reach, Dimension.TIME)},",
    )


def estimate_count(
    figure: Figure, dimension: Dimension, evidence: SoakEvidence, run: range, where: str
) -> Estimate | Undecidable:
    """What was counted in this part: for each message, or of all of them."""
    part = slice(run.start, run.stop)
    if figure.measure is Measure.ERRORS:
        messages = int(evidence.columns["recorded"][part].sum())
        count = int(evidence.columns["errors"][part].sum())
    else:
        messages = int(evidence.columns["messages"][part].sum())
        values = evidence.columns[_COLUMN_OF[str(figure.counted)]][part]
        if not (values == values).all():  # noqa: PLR0124  # NaN, where nothing was counted
            return Undecidable(f"{figure.name} were not counted")
        count = int(values.sum())
    if messages == 0:
        return Undecidable(f"{figure.name}{where}: no message came through")
    of_messages = f"{count:,} in {messages:,} messages{where}"
    if figure.measure is Measure.ERRORS and dimension is Dimension.COUNT:
        return counted(f"{figure.name}: {of_messages}", count)
    return counted(f"{figure.name}: {of_messages}", Fraction(count, messages))
