"""The scenario, as resolved: relative paths made absolute, defaults filled in."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from latprobe.scenario.drive import Count, Drive
from latprobe.scenario.environment import check_allocator, check_environment
from latprobe.scenario.matching import MatchSettings
from latprobe.scenario.service_target import check_driven
from latprobe.scenario.simulation import Simulate
from latprobe.scenario.target_reference import TargetReference

Synthetic = Literal["json", "itch50", "fix"]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
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
        check_driven(self.target, self.drive, simulate=bool(self.simulate), counters=self.counters)
