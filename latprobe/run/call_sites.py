"""What a call-site pass found: where each message allocates, takes locks and calls the kernel."""

from msgspec import Struct


class SiteCounts(Struct, frozen=True):
    """Sums over messages.

    `least_bytes` and `most_bytes` are of single allocations and reallocations. `freed_within`
    counts the blocks asked for that were given back within the same message.
    """

    allocations: int = 0
    frees: int = 0
    reallocations: int = 0
    bytes: int = 0
    least_bytes: int = 0
    most_bytes: int = 0
    freed_within: int = 0
    locks: int = 0
    system_calls: int = 0


class CodeModule(Struct, frozen=True):
    """A file of code that was loaded into the fork."""

    path: str
    build_id: str | None


class CodeLocation(Struct, frozen=True):
    """A function that an address is in, and where in it, as far as the file says."""

    function: str
    file: str | None = None
    line: int | None = None
    column: int | None = None


class CodeAddress(Struct, frozen=True):
    """An address inside of a call instruction.

    `module` is an index, and `address` one of that file; of the process where it is in none.
    `locations` are the functions that are inlined there and the one that they are in, innermost
    first; empty where nothing is known. `offset` is how far it is behind that function's beginning.
    """

    module: int | None
    address: int
    locations: tuple[CodeLocation, ...] = ()
    offset: int | None = None


class CodeStack(Struct, frozen=True):
    """A stack, as indices into the addresses, innermost first; `complete` up to the driver."""

    addresses: tuple[int, ...]
    complete: bool


class CallSite(Struct, frozen=True):
    """What was counted at one stack, in one stage, for one message kind.

    `stage` is null after the last mark, and `kind` for messages that were not understood.
    `system_call` is the kernel's number of it, where it was one. `hop` is the queue that the thread
    took its message from, null on the thread that drives and on those that took none.
    """

    stack: int
    stage: str | None
    kind: str | None
    counts: SiteCounts
    system_call: int | None = None
    hop: str | None = None


class KindMessages(Struct, frozen=True):
    """How many messages of a kind were watched; `kind` is null for those not understood."""

    kind: str | None
    messages: int


class CallSitePass(Struct, frozen=True, tag="callsites", tag_field="collector"):
    """Exact counts by place.

    `counted` is what the counting allocator counted in the same messages, and `unplaced` what there
    was no room for. `unseen_system_calls` are messages that made a call after which others could
    not be seen.
    """

    messages: int
    kinds: tuple[KindMessages, ...]
    counted: SiteCounts
    modules: tuple[CodeModule, ...]
    addresses: tuple[CodeAddress, ...]
    stacks: tuple[CodeStack, ...]
    sites: tuple[CallSite, ...]
    unplaced: SiteCounts
    system_calls_unsupported: str | None = None
    unseen_system_calls: int = 0

    def __post_init__(self) -> None:
        """Refuses numbers that lead nowhere: documents may come from anywhere."""
        stacks, addresses, modules = map(len, (self.stacks, self.addresses, self.modules))
        kinds = {it.kind for it in self.kinds}
        for place, site in enumerate(self.sites):
            _check("sites", place, "stack", site.stack, stacks)
            if site.kind not in kinds:
                raise ValueError(f"sites[{place}] is of a kind that `kinds` does not have")
        for place, stack in enumerate(self.stacks):
            for address in stack.addresses:
                _check("stacks", place, "address", address, addresses)
        for place, it in enumerate(self.addresses):
            if it.module is not None:
                _check("addresses", place, "module", it.module, modules)


def _check(where: str, place: int, what: str, number: int, count: int) -> None:
    if not 0 <= number < count:
        raise ValueError(f"{where}[{place}] names {what} {number} of {count}")
