"""The slowest messages of a run as JSON, for programs."""

import json
from typing import Any

import msgspec

from latprobe.report.tail import time_in_feed
from latprobe.run.matched import MatchPass
from latprobe.run.model import LatencyPass, RunDocument
from latprobe.run.tail import SlowMessage, worst_messages


def tail_json(run: RunDocument, fork: int | None = None) -> str:
    """The slowest messages of all latency passes, or of that of one fork; bytes are in Base64."""
    passes = sum(1 for it in run.forks if isinstance(it.result, LatencyPass | MatchPass))
    content = {
        "run": run.id,
        "scenario": run.scenario.name,
        "passes": passes,
        "platform": msgspec.to_builtins(run.platform),
        "messages": [_message(run, slow) for slow in worst_messages(run.forks, fork)],
    }
    return json.dumps(content, indent=1, ensure_ascii=True)


def _message(run: RunDocument, slow: SlowMessage) -> dict[str, Any]:
    message = slow.message
    is_replay = message.answer is None
    stages = dict(zip(run.target.stages, message.stages_ns, strict=True))
    return {
        **msgspec.to_builtins(message),
        "stages_ns": stages,
        "received": time_in_feed(message.recv_ns),
        # A match reads each recording once, and the feed of the run is the first of several.
        "feed_message": message.sequence % run.feed.messages if is_replay else message.sequence,
        "fork": slow.fork,
        "passes": slow.passes,
        "condition": slow.condition,
        "replayed_ns": list(slow.replayed_ns),
        "replayed_median_ns": slow.replayed_median_ns,
        "slow_by": slow.slow_by,
    }
