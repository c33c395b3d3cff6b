"""Moments, as people read them."""

from datetime import UTC, datetime


def moment(time_ns: int) -> str:
    """A time in nanoseconds since 1970, as date and time of day (UTC)."""
    seconds, rest = divmod(time_ns, 10**9)
    try:
        whole = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return f"{time_ns} ns since 1970"
    return f"{whole:%Y-%m-%d %H:%M:%S}.{rest:09d} UTC"
