"""What a target understood of a feed."""

from msgspec import Struct


class KindDigest(Struct, frozen=True):
    """What was understood of one message kind."""

    kind: str
    messages: int
    understood: int
    checksum: str


class DigestPass(Struct, frozen=True, tag="digest", tag_field="collector"):
    """What the target understood of the whole feed, replayed once."""

    messages: int
    kinds: tuple[KindDigest, ...]
    errors: dict[str, int]
    first_error: int | None
    metrics: dict[str, float]
    error_examples: dict[str, str] = {}
    """What the first exception of each name said."""
