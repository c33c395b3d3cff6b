"""The measuring core. Arguments in, JSON out; times are in nanoseconds."""

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Final, final

from typing_extensions import Buffer

__all__ = [
    "ALLOCATOR_LIBRARY",
    "CALL_SITE_LIBRARY",
    "CLOCK_LIBRARY",
    "HEAP_LIBRARY",
    "OPERATORS_LIBRARY",
    "SIMULATION_RUNNER",
    "TARGET_HEADER",
    "TOLD_BEGIN",
    "TOLD_END",
    "TOLD_MARK",
    "USUAL_EVENTS",
    "CaptureReader",
    "Feed",
    "Histogram",
    "Instrument",
    "NativeError",
    "Replay",
    "describe_library",
    "end_with_parent",
    "flame_graph",
    "hardware_counters_problem",
    "mark",
    "measure_skew",
    "nothing",
    "plan_ns",
    "symbolize",
    "tell",
    "watch_stalls",
]

TOLD_BEGIN: Final[int]
"""Size of the block that says that a message begins, see `Replay.narrated`."""

TOLD_MARK: Final[int]
"""With a stage's index added: that it is done."""

TOLD_END: Final[int]
"""That a message is done: with its kind's index and 1 added, or without where it has none."""

TARGET_HEADER: Final[str]
"""The text of `latprobe.h`."""

ALLOCATOR_LIBRARY: Final[bytes]
"""The counting allocator: a shared library to be preloaded."""

SIMULATION_RUNNER: Final[bytes]
"""The program that replays a feed under callgrind."""

USUAL_EVENTS: Final[list[str]]
"""The events that are counted where no others are asked for."""

CALL_SITE_LIBRARY: Final[bytes]
"""The counting allocator with a watcher before it, which tells of each call: to be preloaded."""

OPERATORS_LIBRARY: Final[bytes]
"""C++'s `operator new` and `delete` by way of `malloc`: to be preloaded before other allocators."""

HEAP_LIBRARY: Final[bytes]
"""The counting allocator with a balance of the bytes in use: to be preloaded."""

CLOCK_LIBRARY: Final[bytes]
"""A clock on the wall that is stepped every 5 s, forward and back in turn: to be preloaded."""

class NativeError(ValueError):
    """The core refuses something, in words for the user."""

@final
class Feed:
    """A feed file, mapped into memory.

    Each batch is `(messages, recv_ns, offsets, payload, payload_size)`: how many, the byte
    positions of the three buffers in the file, and the size of the last.

    `turns` is `(messages, hand_over, wait)`: after so many messages a pass writes a byte to the one
    descriptor and waits for one from the other, so that another process has its turn.
    """

    def __new__(
        cls,
        path: str | PathLike[str],
        batches: Sequence[tuple[int, int, int, int, int]],
        turns: tuple[int, int, int] | None = None,
    ) -> Feed: ...
    @property
    def messages(self) -> int:
        """Messages in the feed."""

@final
class Instrument:
    """The clock and its offset, measured on the processor that asks.

    `clock` is `auto`, `counter` or `monotonic_raw`; a process has one, and the first choice stays.
    """

    def __new__(cls, clock: str = "auto") -> Instrument: ...
    def to_json(self) -> str:
        """Clock and calibration."""

    def drift(self) -> str:
        """What has changed since: to be asked at the end of what was measured with it."""

@final
class Replay:
    """A target of a library, to be replayed a feed.

    Each pass makes a new instance from `config`, a JSON object. `progress` takes the number of the
    message in hand, as 8 bytes. An instance is made on `worker_cpus`, so that threads that it
    starts are there; none for wherever this thread is.
    """

    def __new__(
        cls,
        library: str | PathLike[str],
        target: str,
        config: str,
        feed: Feed,
        progress: Buffer,
        worker_cpus: Sequence[int] | None = None,
    ) -> Replay: ...
    @staticmethod
    def of_callables(
        description: str,
        factory: Callable[[], object],
        wants_bytes: bool,
        is_pipeline: bool,
        feed: Feed,
        progress: Buffer,
    ) -> Replay:
        """A target of Python callables, which runs with the interpreter's lock held.

        `description` is a `TargetDescription` as JSON. `factory` makes an instance, see
        `latprobe.callables.resolve.Made`. The first callable is handed a read-only
        `memoryview`, or `bytes`; where it `is_pipeline`, each is a stage.
        """

    def latency(
        self, instrument: Instrument, warmup: int, measured: int, driving: str = '"closed"'
    ) -> str:
        """Times each message, at each mark.

        `driving` is JSON: `"closed"`, `{"idle": {"gap_ns": 5e4, "every": 1}}`,
        `{"cold": {"evict_bytes": 67108864, "every": 100}}`, or `{"paced": pace}`, where `pace` is
        `{"recorded": {"speed": 1.0}}`, `{"rate": {"per_second": 1e5}}`,
        `{"poisson": {"per_second": 1e5, "seed": 1}}`, or
        `{"burst": {"per_second": 1e6, "on_ns": 1e6, "off_ns": 9e6}}`.
        """

    def span(
        self,
        instrument: Instrument,
        warmup: int,
        measured: int,
        span: tuple[int, int],
        driving: str = '"closed"',
    ) -> str:
        """Times consecutive stages as one: `span` is the index of the first and of the last."""

    def cost(self, instrument: Instrument, warmup: int, measured: int) -> str:
        """Times many messages at once."""

    def replay_tail(
        self,
        instrument: Instrument,
        warmup: int,
        measured: int,
        sequences: Sequence[int],
        driving: str = '"closed"',
    ) -> str:
        """The latency pass over again, for the times of the messages of these numbers."""

    def allocations(self, warmup: int, measured: int) -> str:
        """Counts allocations; the counting allocator must be preloaded."""

    def counters(self, warmup: int, measured: int, events: Sequence[str]) -> str:
        """Counts events of the processor and the kernel over messages, and at marks where it can.

        Answers a `CounterPass` as JSON.
        """

    def footprint(self, warmup: int, measured: int) -> str:
        """Says what memory the process has between messages, some 200 times.

        Answers a `MemoryPass` as JSON; bytes in use are in it where `HEAP_LIBRARY` is preloaded.
        """

    def interpreter(self, instrument: Instrument, warmup: int, measured: int) -> str:
        """Times messages in small chunks from the first one on, and runs of the collector."""

    def narrated(self, warmup: int, measured: int, at_measured: Callable[[], object]) -> str:
        """Tells who traces `valloc` what happens, in blocks of the sizes `TOLD_...`.

        Calls `at_measured` before the first message that counts. Of callables alone.
        """

    def call_sites(self, warmup: int, measured: int) -> str:
        """Says where allocations, locks and system calls were made.

        `CALL_SITE_LIBRARY` must be preloaded.
        """

    def soak(
        self,
        instrument: Instrument,
        settings: str,
        feeds: Sequence[Feed],
        stop: Buffer,
        intervals_fd: int,
    ) -> str:
        """Replays feeds in turn by a plan until `stop` is not 0.

        `settings` is JSON: `pace` as in `latency`, `warmup`, `interval_ns`, `first_sequence` and
        `sorter_cpus`. Each interval goes to `intervals_fd`, a socket which is closed at the end, as
        a line of JSON; the next one can end when a byte has come back.
        """

    def digest(self) -> str:
        """Says what the target understood of the whole feed."""

@final
class Histogram:
    """A histogram of whole nanoseconds: 1 ns to 1 h with three significant digits, and 0."""

    def __new__(cls) -> Histogram: ...
    @staticmethod
    def decode(text: str) -> Histogram:
        """Reads the standard V2 encoding in Base64."""

    def encode(self) -> str:
        """Writes the standard V2 compressed encoding in Base64."""

    def record(self, value_ns: int, times: int = 1) -> None:
        """Adds a value."""

    def merge(self, other: Histogram) -> None:
        """Adds another histogram's samples."""

    def value_at_rank(self, rank: int) -> int:
        """The sample of that rank, 1 being the smallest; the largest that its bucket stands for."""

    def count_at_or_below(self, value_ns: int) -> int:
        """Number of samples of at most this."""

    def counts(self) -> list[tuple[int, int]]:
        """Each value that was recorded, and how often."""

    @property
    def count(self) -> int:
        """Number of samples."""

    @property
    def min(self) -> int:
        """Smallest sample; 0 for none."""

    @property
    def max(self) -> int:
        """Largest sample; 0 for none."""

@final
class CaptureReader:
    """Reads one capture (`pcap` or `pcapng`), fed to it piece by piece.

    `options` is JSON: `{"framing": "cme-mdp3", "ports": [14310], "groups": ["224.0.31.0/24"],
    "addresses": [], "arbitrate": true, "lines": [["224.0.31.1:14310", "224.0.32.1:15310"]]}`, each
    of which may be left out.
    """

    def __new__(cls, container: str, options: str) -> CaptureReader: ...
    def feed(self, content: bytes) -> tuple[int, str] | None:
        """Takes the next bytes; says where and what is wrong if they are no capture."""

    def finish(self) -> tuple[int, str] | None:
        """Takes the end of the capture, as `feed` takes bytes."""

    def take(self) -> tuple[bytes, bytes, bytes, bytes, bytes]:
        """The messages since the last call, as bytes.

        Receive times (int64, nanoseconds since 1970), numbers of channels (int32), where payloads
        begin and the last one ends (int64), where their packets begin in the capture (int64), and
        all payloads.
        """

    def take_bad(self) -> list[tuple[int, str, bytes]]:
        """What was not as it should be since the last call: where, what, and its bytes."""

    def channels(self, known: int) -> list[str]:
        """Names of the channels from that number on."""

    def counts(self) -> list[tuple[str, int]]:
        """What was seen so far, by name."""

    @property
    def is_lost(self) -> bool:
        """Whether the rest of the capture cannot be read, and need not be fed."""

def describe_library(library: str | PathLike[str]) -> str:
    """What the targets of a library (or of `builtin`) say about themselves, as a JSON list."""

def hardware_counters_problem() -> str | None:
    """Why hardware counters cannot be had; None where they can."""

def measure_skew(cpu: int, other_cpu: int) -> str | None:
    """By how much the clocks of two CPUs differ; None where this process may not be on both."""

def symbolize(path: str | PathLike[str], addresses: Sequence[int]) -> str:
    """What the debug information of a file says about addresses in it, as a JSON list.

    Each has its functions, the innermost first; none where the file cannot be read.
    """

def flame_graph(title: str, unit: str, folded: Sequence[str]) -> str:
    """Draws folded stacks (`outer;inner count`) as an SVG; refuses to draw none."""

def plan_ns(pace: str, recv_ns: Buffer) -> bytes:
    """When each message of a plan is due, in nanoseconds from its start, as native 64-bit words.

    `pace` is JSON, see `Replay.latency`. There is one for each receive time in `recv_ns`, 64-bit
    integers.
    """

def tell(size: int) -> None:
    """Asks for a block of this size and gives it back: `TOLD_BEGIN` and the like, for a tracer."""

def watch_stalls(seconds: float, stop: Buffer | None = None) -> str:
    """Watches for stalls of this processor over 1 µs until the time is over, or `stop` is not 0.

    Those in which another task had the processor are counted apart.

    `stop` is 8 bytes of memory that another process may write to.
    """

def mark(stage: str, /) -> None:
    """Says that a stage of the message in hand is done; nothing where there is none."""

def nothing(payload: object, /) -> None:
    """Does nothing: what is left is what calling costs."""

def end_with_parent() -> None:
    """Has the kernel end this process when the one that started it ends, however that ends."""
