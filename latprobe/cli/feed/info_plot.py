"""The rate of a feed over time, as a picture."""

from pathlib import Path

from latprobe.errors import FeedError
from latprobe.feed.importers.times import text_from_nanoseconds
from latprobe.feed.info import FeedInfo
from latprobe.report.printable import printable
from latprobe.units import format_ns


def plot_rates(info: FeedInfo, picture: Path) -> None:
    """Draws it.

    Raises:
        FeedError: The feed has no message, or the picture would take its place.
        RunError: The picture's name has no suffix of a picture, or it cannot be written.
    """
    # Here, since it takes half a second that no other command should have to wait.
    from latprobe.report.rate_plot import Marked, write_rate_plot  # noqa: PLC0415

    if info.rates is None:
        raise FeedError(info.path, None, "expected a message to be plotted; the feed has none")
    if picture.exists() and picture.samefile(info.path):
        raise FeedError(picture, None, "is the feed itself; name another file for the picture")
    marked = [
        Marked(it.first_ns - info.rates.start_ns, _words(it.window_ns, it.messages))
        for it in info.busiest
    ]
    protocol = printable(info.protocol or "protocol not stated")
    write_rate_plot(
        picture,
        info.rates.messages,
        info.rates.width_ns,
        title=f"{printable(Path(info.path).name)}: {info.messages:,} messages ({protocol})",
        start=text_from_nanoseconds(info.rates.start_ns),
        marked=marked,
    )


def _words(window_ns: int, messages: int) -> str:
    return f"busiest {format_ns(window_ns).removeprefix('1.00 ')}: {messages:,}"
