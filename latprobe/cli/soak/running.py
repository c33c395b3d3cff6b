"""Running a soak before somebody's eyes, until it is over or somebody wants its end."""

import signal
from collections.abc import Callable
from contextlib import ExitStack

from latprobe.cli.soak.live import LiveView
from latprobe.cli.soak.prepared import PreparedSoak
from latprobe.cli.soak.reading import judged
from latprobe.cli.soak.session import Seen, Session
from latprobe.errors import RunError, SoakError
from latprobe.feed.transport.stop import stop_on_signals
from latprobe.run.soak_document import SoakDocument
from latprobe.soak.document import write_soak


def run_soak(
    prepared: PreparedSoak, view: LiveView, show: Callable[[Seen], None]
) -> tuple[SoakDocument, int]:
    """Answers the document, and what a command ends with that was told to end; 0 otherwise.

    A terminal that goes away is no reason to end, nor to lose the verdicts.
    """
    view.say(f"soaking into {prepared.folder.path}")
    before = signal.signal(signal.SIGHUP, lambda *_: None)
    try:
        with stop_on_signals() as stop:
            document = Session(prepared, stop, show, view.say).run()
            document = judged(document, prepared.folder.path, ())
            _keep(document, prepared, view)
            asked = {"Ctrl-C": signal.SIGINT, "SIGTERM": signal.SIGTERM}.get(stop.reason)
    finally:
        signal.signal(signal.SIGHUP, before)
    return document, 0 if asked is None else 128 + asked


def _keep(document: SoakDocument, prepared: PreparedSoak, view: LiveView) -> None:
    """On a disk that is full to the end there is the report alone."""
    try:
        write_soak(document, prepared.folder.path)
    except RunError as error:
        view.say(str(error))


def shown(
    view: LiveView, stack: ExitStack, port: int | None, address: str
) -> Callable[[Seen], None]:
    """What is told of each interval: the view, and Prometheus where there is a port for it.

    Raises:
        SoakError: where that is asked for, and not installed or not to be had.
    """
    if port is None:
        return view.show
    try:
        from latprobe.cli.soak.metrics import serve_metrics  # noqa: PLC0415  # an extra
    except ImportError as error:
        words = "`--metrics-port` needs prometheus-client: pip install 'latprobe[prometheus]'"
        raise SoakError(words) from error
    metrics = stack.enter_context(serve_metrics(port, address))

    def show(seen: Seen) -> None:
        metrics.tell(seen)
        view.show(seen)

    return show
