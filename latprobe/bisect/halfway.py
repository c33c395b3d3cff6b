"""On which side of the way from good to bad a commit lies."""

import math

from latprobe.bisect.bisection import Amount, Judgement


def side_of_half(amount: Amount, bad: Amount) -> Judgement | None:
    """Good or bad, by which end of the range it is nearer to; None where that is not proven.

    Between a good and a bad commit the figure went from one level to another. A commit is at one of
    them, so that half of the way tells them apart with the fewest forks, and of several commits
    that each made it somewhat worse the one is found that went past it. Of what is timed, the bad
    end's level is only known to lie in an interval, and so is half of the way, in logarithms.

    Args:
        amount: What was measured of the commit.
        bad: What was measured of the bad end.
    """
    if amount.interval is None or bad.interval is None:
        return _counted(amount, bad)
    near, far = _way(bad.interval)
    toward = 1 if max(bad.interval) > 1 else -1
    low, high = sorted(toward * math.log(it) for it in amount.interval)
    if low > far / 2:
        return "bad"
    return "good" if high < near / 2 else None


def clearness(amount: Amount) -> float:
    """How far the bad end lies from the good one, for the uncertainty of that.

    Over 1, a commit that is like the bad end and measured as well as that is told to be bad.
    """
    if amount.interval is None:
        return math.inf
    near, far = _way(amount.interval)
    return near / (far - near) if far > near else math.inf


def _way(interval: tuple[float, float]) -> tuple[float, float]:
    """How far it is to the bad end: at least, and at most."""
    near, far = sorted(abs(math.log(it)) for it in interval)
    return near, far


def _counted(amount: Amount, bad: Amount) -> Judgement | None:
    if amount.after is None or bad.before is None or bad.after is None:
        return None
    return "bad" if (amount.after - bad.before) / (bad.after - bad.before) > 1 / 2 else "good"
