"""Callables driven by the core in this very process, with no fork around them."""

import json
from collections.abc import Callable, Iterable
from mmap import mmap
from pathlib import Path
from typing import Any

import msgspec

from latprobe import _core
from latprobe.callables.resolve import Made
from latprobe.feed.reader import open_feed
from latprobe.feed.writer import FeedWriter
from latprobe.pipeline.feeds import replayable
from latprobe.run.interpreter import InterpreterPass
from latprobe.run.model import DigestPass, LatencyPass, SpanPass


class Replayed:
    """A feed of some messages, and what handles them."""

    def __init__(
        self,
        folder: Path,
        messages: Iterable[bytes],
        *calls: Callable[[Any], object],
        stages: Iterable[str] = (),
        kinds: Iterable[str] = (),
        payload: str = "memoryview",
        is_pipeline: bool = False,
        factory: Callable[[], Made] | None = None,
    ) -> None:
        path = folder / "feed.arrow"
        with FeedWriter(path, protocol="", source="made by a test", importer="test 1") as it:
            for number, message in enumerate(messages):
                it.append(number, "test", message)
        mapped = replayable(open_feed(path))
        description = {
            "name": "case",
            "family": "case",
            "description": "",
            "protocol": "",
            "stages": list(stages),
            "kinds": list(kinds),
            "errors": [],
            "hops": [],
        }
        self.replay = _core.Replay.of_callables(
            json.dumps(description),
            factory or (lambda: Made(list(calls), None, None, None)),
            payload == "bytes",
            is_pipeline,
            _core.Feed(mapped.path, list(mapped.batches)),
            mmap(-1, 8),
        )

    def digest(self) -> DigestPass:
        return msgspec.json.decode(self.replay.digest(), type=DigestPass)

    def latency(self, messages: int, warmup: int = 0) -> LatencyPass:
        found = self.replay.latency(_core.Instrument(), warmup, messages)
        return msgspec.json.decode(found, type=LatencyPass)

    def span(self, messages: int, span: tuple[int, int]) -> SpanPass:
        found = self.replay.span(_core.Instrument(), 0, messages, span)
        return msgspec.json.decode(found, type=SpanPass)

    def interpreter(self, messages: int, warmup: int = 0) -> InterpreterPass:
        found = self.replay.interpreter(_core.Instrument(), warmup, messages)
        return msgspec.json.decode(found, type=InterpreterPass)
