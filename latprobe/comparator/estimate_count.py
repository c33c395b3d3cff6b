"""Figures that are counted, and so have no uncertainty."""

from fractions import Fraction

from latprobe.comparator.dimension import Dimension, format_amount
from latprobe.comparator.estimate import Estimate, Undecidable, counted
from latprobe.comparator.evidence import Allocations, Errors, Pairing
from latprobe.comparator.figure import Figure, Measure
from latprobe.comparator.wording import number_of
from latprobe.units import format_share


def estimate_allocations(
    figure: Figure, evidence: Allocations, where: str
) -> Estimate | Undecidable:
    """An amount for each message, or the most in any one.

    Args:
        figure: Which amount.
        evidence: What was counted.
        where: The scope, for the reason.
    """
    if evidence.messages == 0:
        return Undecidable(f"no message came through {where}")
    assert figure.counted is not None
    amount = evidence.amount(figure.counted)
    messages = number_of(evidence.messages, "messages")
    if figure.measure is Measure.MOST:
        most = _amount(Fraction(amount.most), figure)
        words = f"{most} at most in any of {messages}, counted exactly, and no bound on later ones"
        return counted(words, Fraction(amount.most))
    each = Fraction(amount.total, evidence.messages)
    total = number_of(amount.total, figure.counted)
    return counted(
        f"{_amount(each, figure)} a message, {total} in {messages}, counted exactly", each
    )


def estimate_errors(
    errors: Errors, dimension: Dimension, what: str = "errors"
) -> Estimate | Undecidable:
    """Messages that came to nothing: how many, or which share of all.

    Args:
        errors: What was counted.
        what: What they are called: `errors`, `superseded`.
        dimension: A share or a count, as the limit is.
    """
    if errors.messages == 0:
        return Undecidable("no message was handled")
    share = Fraction(errors.count, errors.messages)
    words = (
        f"{_called(errors.count, what)} in {number_of(errors.messages, 'messages')}, "
        f"{format_share(float(share))}, counted exactly"
    )
    return counted(words, share if dimension is Dimension.SHARE else Fraction(errors.count))


def estimate_pairing(
    figure: Figure, pairing: Pairing, dimension: Dimension
) -> Estimate | Undecidable:
    """Messages or pairs of recordings that were matched: how many, or which share.

    Args:
        figure: Which of them.
        pairing: What was counted.
        dimension: A share or a count, as the limit is.
    """
    assert figure.counted is not None
    count, of = pairing.counts[figure.counted]
    if of == 0:
        return Undecidable(f"there is none that could be {figure.counted}: no message has a key")
    share = Fraction(count, of)
    words = f"{count:,} of {of:,} {figure.counted}, {format_share(float(share))}, counted exactly"
    return counted(words, share if dimension is Dimension.SHARE else Fraction(count))


def _called(count: int, what: str) -> str:
    return number_of(count, what) if what == "errors" else f"{count:,} {what}"


def _amount(value: Fraction, figure: Figure) -> str:
    number = format_amount(float(value), figure.dimensions[0])
    if figure.dimensions[0] is Dimension.SIZE:
        return number
    return f"{number} {figure.counted}" if value != 1 else f"1 {str(figure.counted)[:-1]}"
