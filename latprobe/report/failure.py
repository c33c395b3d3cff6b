"""Forks that ended early, in words."""

from typing import Final

from latprobe.run.model import Failure, Fork, RunDocument

_WHAT_HAPPENED: Final = {
    "crashed": "crashed",
    "hung": "hung",
    "out of memory": "ran out of memory",
    "refused": "was refused",
}


def failure_text(fork: Fork, failure: Failure) -> str:
    """How a fork ended: `latency fork 2 crashed at message 1,234`."""
    place = "before the first message"
    if failure.message is not None:
        place = f"at message {failure.message:,}"
    which = fork.collector if fork.condition == "warm" else f"{fork.condition} {fork.collector}"
    return f"{which} fork {fork.index} {_WHAT_HAPPENED[failure.reason]} {place}"


def failures_of(run: RunDocument) -> list[str]:
    """How each fork ended that ended early."""
    return [failure_text(fork, fork.failure) for fork in run.forks if fork.failure is not None]
