"""The axis of a percentile plot, as HdrHistogram's plots have it."""

from typing import Final

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

_LEAST_WIDTH: Final = 10.0
_WHOLE_NINES: Final = 2


def set_percentile_axis(axes: Axes, messages: int) -> None:
    """Makes x the 1 / (1 - quantile) of up to so many messages, on a logarithmic scale."""
    right = max(float(messages), _LEAST_WIDTH)
    nines = 1
    while 10**nines < right:
        nines += 1
    axes.set_xscale("log")
    axes.set_xlim(1.0, right * 1.15)
    axes.xaxis.set_major_locator(
        FixedLocator([1.0, 2.0, *(10.0**nine for nine in range(1, nines + 1))])
    )
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: percentile_text(x)))
    axes.set_xlabel("percentile of messages")


def percentile_text(x: float) -> str:
    """The percentile at a place on the axis: `99.9%` at 1,000."""
    nines = len(str(round(x))) - 1
    if 10**nines != round(x):
        return f"{100 * (1 - 1 / x):g}%"
    if nines <= _WHOLE_NINES:
        return ("0%", "90%", "99%")[nines]
    return f"99.{'9' * (nines - _WHOLE_NINES)}%"
