"""What a scenario says of the processor that is simulated."""

from typing import Annotated

from msgspec import Meta, Struct


class Simulate(Struct, frozen=True, forbid_unknown_fields=True):
    """Simulated counters. Caches are written as size, ways and bytes of a line: `32KiB,8,64`.

    Attributes:
        cpu: The processor that the target is deployed on; by default this machine's.
        instruction_cache: Of the first level, in the place of the processor's.
        data_cache: Of the first level.
        last_level_cache: The last.
        messages: At most so many are simulated.
    """

    cpu: str | None = None
    instruction_cache: str | None = None
    data_cache: str | None = None
    last_level_cache: str | None = None
    messages: Annotated[int, Meta(ge=1)] = 100_000
