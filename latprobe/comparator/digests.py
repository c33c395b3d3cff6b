"""Whether targets understood a feed alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from latprobe.comparator.wording import listed, number_of


@dataclass(frozen=True)
class Digest:
    """What a target understood of a feed.

    Attributes:
        kinds: For each message kind how many there were, and the checksum of their fields. A kind
            that is not there is as good as one of which there was none.
        messages: How many messages the target was given, understood or not.
    """

    kinds: Mapping[str, tuple[int, int]]
    messages: int

    def count(self, kind: str) -> int:
        """How many messages of a kind there were."""
        return self.kinds.get(kind, (0, 0))[0]

    def checksum(self, kind: str) -> int:
        """The checksum of the fields of a kind; 0 where there was none of it."""
        count, checksum = self.kinds.get(kind, (0, 0))
        return checksum if count else 0


@dataclass(frozen=True)
class Disagreement:
    """Something that not all targets understood alike.

    Attributes:
        kind: The message kind, or `None` where it is the number of messages given.
        words: One line: who says what.
    """

    kind: str | None
    words: str


def compare_digests(digests: Mapping[str, Digest]) -> tuple[Disagreement, ...]:
    """What the runs of a family on one feed disagree about; nothing where they agree.

    Args:
        digests: Each run's, by the name to call it by.
    """
    return _compare({f"`{name}`": digest for name, digest in digests.items()})


def compare_with_pin(name: str, digest: Digest, pinned: Digest) -> tuple[Disagreement, ...]:
    """What a run disagrees about with the digest that its scenario pins."""
    return _compare({"the pinned digest": pinned, f"`{name}`": digest})


def _compare(digests: Mapping[str, Digest]) -> tuple[Disagreement, ...]:
    # A dictionary keeps the order in which the kinds were declared, and a set does not.
    kinds = dict.fromkeys(kind for digest in digests.values() for kind in digest.kinds)
    found = [_about_feed(digests), *(_about_kind(kind, digests) for kind in kinds)]
    return tuple(disagreement for disagreement in found if disagreement is not None)


def _about_feed(digests: Mapping[str, Digest]) -> Disagreement | None:
    given = _by_answer(digests, lambda digest: digest.messages)
    if len(given) <= 1:
        return None
    return Disagreement(None, f"not the same feed: {_who_says(given, _messages)}")


def _about_kind(kind: str, digests: Mapping[str, Digest]) -> Disagreement | None:
    counts = _by_answer(digests, lambda digest: digest.count(kind))
    if len(counts) > 1:
        return Disagreement(kind, f"{kind}: {_who_says(counts, _messages)}")
    sums = _by_answer(digests, lambda digest: digest.checksum(kind))
    if len(sums) <= 1:
        return None
    each, says = _messages(next(iter(counts))), _who_says(sums, "checksum {:016x}".format)
    return Disagreement(kind, f"{kind}: {each} each, but not the same fields: {says}")


def _by_answer(
    digests: Mapping[str, Digest], ask: Callable[[Digest], int]
) -> Mapping[int, list[str]]:
    answers: dict[int, list[str]] = {}
    for name, digest in digests.items():
        answers.setdefault(ask(digest), []).append(name)
    return answers


def _who_says(answers: Mapping[int, list[str]], words: Callable[[int], str]) -> str:
    return ", ".join(f"{words(answer)} for {listed(names)}" for answer, names in answers.items())


def _messages(count: int) -> str:
    return number_of(count, "messages")
