"""The scenario, as resolved: relative paths made absolute, defaults filled in."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from latprobe.scenario.environment import check_allocator, check_environment
from latprobe.scenario.matching import MatchSettings
from latprobe.scenario.pacing import check_pacing
from latprobe.scenario.python_target import check_references
from latprobe.scenario.service_target import check_driven, check_service
from latprobe.scenario.simulation import Simulate

Synthetic = Literal["json", "itch50", "fix"]
Protocol = Literal["json", "itch50", "fix", "msgpack", "protobuf"]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
ClockChoice = Literal["auto", "counter", "monotonic_raw"]
Count = Annotated[int, Meta(ge=1)]
Mode = Literal["closed", "recorded", "rate", "poisson", "burst"]
Checksum = Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]


class SynthFeed(Struct, frozen=True, forbid_unknown_fields=True):
    """A feed that latprobe makes for itself, the same on every machine.

    Attributes:
        synth: Protocol of the feed.
        messages: How many.
        seed: Another seed makes another feed of the same shape.
        transcode: Another encoding of the same messages; of `json` alone.
    """

    synth: Synthetic
    messages: Count = 200_000
    seed: int = 1
    transcode: Literal["msgpack", "protobuf"] | None = None

    def __post_init__(self) -> None:
        if self.transcode is not None and self.synth != "json":
            raise ValueError(f'`transcode` is for synth = "json", and not for "{self.synth}"')


class TargetReference(Struct, frozen=True, forbid_unknown_fields=True):
    """Which code is under test: a library's target, Python callables, or an asyncio service.

    Attributes:
        library: The shared library.
        name: The target's name in it; what to call callables or a service, by default their own
            names.
        config: Handed to the target as JSON, to a Python class or what makes a service as keywords.
        python: `package.module:object`, or a list of such, each a stage that is fed by the one
            before.
        payload: What the first callable is handed.
        gc: The interpreter's collector: `on`, `off`, or on with all that was there before the first
            message taken out of it (`freeze`).
        path: Folders to look for Python modules in, before the scenario's own and the current one.
        stages: Names for the callables of a list; else the stages that one callable marks.
        protocol: Protocol of the feeds that callables read; empty for any.
        family: Targets of one family must understand a feed alike.
        asyncio: `package.module:object`, which makes a service, or is a coroutine that takes a
            message.
        loop: The event loop that a service runs in.
        transport: How its messages come: by `call`, or over a `websocket` that it connects to.
    """

    library: str = ""
    name: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    python: str | tuple[str, ...] | None = None
    payload: Literal["memoryview", "bytes"] = "memoryview"
    gc: Literal["on", "off", "freeze"] = "on"
    path: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    protocol: Protocol | Literal[""] = ""
    family: str = ""
    asyncio: str | None = None
    loop: Literal["asyncio", "uvloop"] = "asyncio"
    transport: Literal["call", "websocket"] = "call"

    def __post_init__(self) -> None:
        check_service(self)
        if self.is_python:
            check_references(self.calls)
            if self.library:
                raise ValueError("a target is of a `library`, or `python`: leave one of them out")
        elif self.stages or self.protocol or self.family or self.gc != "on":
            raise ValueError("`stages`, `protocol`, `family` and `gc` are for `python`")
        elif self.payload != "memoryview":
            raise ValueError("`payload` is for `python`")

    @property
    def is_python(self) -> bool:
        """Whether it is made of Python callables."""
        return self.python is not None

    @property
    def calls(self) -> tuple[str, ...]:
        """The callables by name, in order; none of a library's target."""
        match self.python:
            case None:
                return ()
            case str(one):
                return (one,)
            case several:
                return several


class Drive(Struct, frozen=True, forbid_unknown_fields=True):
    """How messages are handed over.

    Attributes:
        mode: `closed`: the next as soon as the last is done. The others follow a plan, whatever the
            target takes: `recorded`, the feed's own gaps; `rate`, a fixed gap; `poisson`, gaps by
            chance; `burst`, a fixed gap while `on` lasts and nothing while `off` does.
        speed: How many times as fast as it was recorded; `recorded` alone, by default 1.
        rate: Messages a second, as a number or like `100k/s`; `rate`, `poisson`, and `burst`, in
            which it is that of a burst.
        on: How long a burst lasts, like `1ms`.
        off: How long nothing comes after it.
        seed: Another seed draws other gaps; `poisson` alone, by default 1.
        cache: `cold`: also measure with caches that hold nothing of the target's; `closed` alone.
        idle: Also measure with a gap before each message, like `50us`; `closed` alone.
        marks: `together`: every mark of a message takes a timestamp. `apart`: each stage is timed
            in forks of its own, in which only the marks at its two ends do; for stages so short
            that their neighbours' timestamps would disturb them.
        forks: Fresh processes for each figure that varies.
        warmup: Messages before the first that counts; by default 20,000, or a tenth of a feed that
            is shorter than ten times that.
        messages: Messages that count, in each fork; the feed starts anew where it ends. By default
            the rest of the feed, and at least 100,000; in `recorded` the rest of the feed, and by
            another plan as many as it brings in 10 s.
        repeats: So many forks are run again at most because the platform disturbed them, by a rule
            that sees no times; see docs/METHOD.md.
        shuffle: Seed of what is left to chance: the order of forks, and where their stack and heap
            begin. By default another in each run, which its document tells.
        cpu: The CPU that forks are pinned to; by default the last that is allowed.
        worker_cpus: CPUs for the threads of a target that has any, and declares their queues as
            hops; by default the others that are allowed, but one for the idle control where there
            are three or more.
        clock: `counter`, the processor's own, or `monotonic_raw`, the kernel's; `auto` takes the
            counter where it runs at one rate.
    """

    mode: Mode = "closed"
    speed: Annotated[float, Meta(gt=0)] | None = None
    rate: float | str | None = None
    on: str | None = None
    off: str | None = None
    seed: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None
    cache: Literal["warm", "cold"] = "warm"
    idle: str | None = None
    marks: Literal["together", "apart"] = "together"
    forks: Annotated[int, Meta(ge=1, le=1000)] = 5
    repeats: Annotated[int, Meta(ge=0, le=1000)] = 3
    shuffle: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None
    warmup: Annotated[int, Meta(ge=0)] | None = None
    messages: Count | None = None
    cpu: Annotated[int, Meta(ge=0)] | None = None
    worker_cpus: tuple[Annotated[int, Meta(ge=0)], ...] | None = None
    clock: ClockChoice = "auto"

    def __post_init__(self) -> None:
        check_pacing(self)


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a fork is given up.

    Attributes:
        timeout_s: Seconds in which no message was finished.
        memory_bytes: Private memory of the fork; by default three quarters of what is free.
    """

    timeout_s: Annotated[float, Meta(gt=0)] = 10.0
    memory_bytes: Annotated[int, Meta(ge=2**20)] | None = None


class Soak(Struct, frozen=True, forbid_unknown_fields=True):
    """What `latprobe soak` holds the target to.

    Attributes:
        budgets: Limits on figures, over windows and on trends as well.
    """

    budgets: tuple[str, ...] = ()


class Scenario(Struct, frozen=True, forbid_unknown_fields=True):
    """A feed, a target, how it is driven, and budgets.

    Attributes:
        name: Unique in a suite; names its run documents.
        feed: A feed file, or one to be made.
        target: The code under test.
        description: One line for people.
        drive: How messages are handed over.
        limits: Where a fork is given up.
        budgets: Limits on figures, in the grammar of docs/BUDGETS.md.
        counters: Events of the processor and the kernel that are counted: true for those that there
            are, or their names (`cycles`, `L1d-misses`, `r01c2`, or one of those in
            /sys/bus/event_source/devices/cpu/events).
        simulate: Events by callgrind's simulation, which repeat exactly: true, or of which
            processor. By default only where a budget needs them and nothing counts them.
        memory: Whether memory is looked at over time; by default where a budget needs it.
        env: Variables of the environment of every fork, beside those that latprobe itself is
            started with.
        allocator: What stands in for libc's malloc in every fork: `mimalloc`, `jemalloc`,
            `tcmalloc`, or the path of a library that is preloaded.
        digest: What must have been understood: message kind to checksum.
        soak: What is for soaks alone.
        match: In run documents alone: how recordings of the target were matched, where it was not
            run.
    """

    name: Name
    feed: str | SynthFeed
    target: TargetReference
    description: str = ""
    drive: Drive = field(default_factory=Drive)
    limits: Limits = field(default_factory=Limits)
    budgets: tuple[str, ...] = ()
    digest: dict[str, Checksum] = field(default_factory=dict)
    counters: bool | tuple[str, ...] = True
    simulate: bool | Simulate | None = None
    memory: bool | None = None
    env: dict[str, str] = field(default_factory=dict)
    allocator: str | None = None
    match: MatchSettings | None = None
    soak: Soak = field(default_factory=Soak)

    def __post_init__(self) -> None:
        check_environment(self.env)
        check_allocator(self.allocator)
        check_driven(self)
