"""What is told of a feed that was served."""

import json
import math
from dataclasses import asdict
from typing import Any, Final

import click

from latprobe.feed.serve.player import Served
from latprobe.feed.serve.schedule import Pace
from latprobe.feed.transport.address import Address
from latprobe.report.printable import printable
from latprobe.units import format_bytes, format_ns, format_rate

_QUANTILES: Final = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}


def print_served(served: Served, address: Address, pace: Pace, *, as_json: bool) -> None:
    """Prints what became of the messages, and how late they were sent."""
    if as_json:
        click.echo(json.dumps(_as_dict(served, address), indent=2))
        return
    click.echo(printable(f"{address.shown}: {served.messages:,} messages sent"))
    facts = {
        "ended by": served.ended_by,
        "payload": format_bytes(served.payload_bytes),
        "elapsed": format_ns(served.elapsed_ns),
        "rate": f"mean {format_rate(_rate(served))}, {_planned(pace)}",
    }
    if served.lateness.count:
        late = ", ".join(f"{name} {format_ns(it)}" for name, it in _lateness_ns(served).items())
        facts["late by"] = late
    if served.to_nobody:
        facts["to nobody"] = f"{served.to_nobody:,} messages"
    deliveries = served.deliveries
    if address.scheme == "udp":
        facts["not taken"] = f"{deliveries.unsent:,} datagrams, by the system"
    else:
        facts["clients"] = (
            f"{deliveries.clients} served, {deliveries.slow_clients} disconnected as too slow, "
            f"{deliveries.failed_clients} not through the handshake"
        )
    if served.sent is not None:
        facts["sent"] = f"{served.sent.path}: {served.sent.messages:,} messages"
    for name, fact in facts.items():
        click.echo(f"{name:<13}{printable(fact)}")


def _as_dict(served: Served, address: Address) -> dict[str, Any]:
    return {
        "url": address.shown,
        "messages": served.messages,
        "to_nobody": served.to_nobody,
        "payload_bytes": served.payload_bytes,
        "elapsed_ns": served.elapsed_ns,
        "start_monotonic_ns": served.start_ns,
        "rate_mean_per_second": _rate(served),
        "ended_by": served.ended_by,
        "lateness_ns": _lateness_ns(served) if served.lateness.count else None,
        "lateness_histogram": served.lateness.encode() if served.lateness.count else None,
        "deliveries": asdict(served.deliveries),
        "sent": str(served.sent.path) if served.sent is not None else None,
    }


def _lateness_ns(served: Served) -> dict[str, int]:
    lateness = served.lateness
    ranks = {name: max(1, math.ceil(lateness.count * at)) for name, at in _QUANTILES.items()}
    return {name: lateness.value_at_rank(rank) for name, rank in ranks.items()} | {
        "max": lateness.max
    }


def _rate(served: Served) -> float:
    """Messages after the first, over the time from it to the last."""
    return (served.messages - 1) / served.elapsed_ns * 1e9 if served.elapsed_ns > 0 else 0.0


def _planned(pace: Pace) -> str:
    if pace.rate is not None:
        return f"planned {format_rate(pace.rate)}"
    return f"planned at {pace.speed:g} × its own pace" if pace.speed is not None else "no plan"
