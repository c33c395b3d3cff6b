from latprobe.comparator import Digest, Disagreement, compare_digests, compare_with_pin

REFERENCE = Digest({"trade": (1_204, 0xA1), "depth": (5, 0xB2)}, messages=1_300)
MISCOUNTED = Digest({"trade": (1_203, 0xA1), "depth": (5, 0xB2)}, messages=1_300)
MISREAD = Digest({"trade": (1_204, 0xA2), "depth": (5, 0xB2)}, messages=1_300)


def words(disagreements: tuple[Disagreement, ...]) -> list[str]:
    return [disagreement.words for disagreement in disagreements]


def test_targets_that_understood_alike_have_nothing_to_disagree_about() -> None:
    same = Digest(dict(reversed(list(REFERENCE.kinds.items()))), messages=1_300)
    assert compare_digests({"before": REFERENCE, "after": same}) == ()
    assert compare_digests({"alone": REFERENCE}) == ()
    assert compare_digests({}) == ()


def test_a_kind_that_was_counted_differently_is_named_with_who_says_what() -> None:
    found = compare_digests({"before": REFERENCE, "peer": REFERENCE, "after": MISCOUNTED})
    assert [disagreement.kind for disagreement in found] == ["trade"]
    assert words(found) == [
        "trade: 1,204 messages for `before` and `peer`, 1,203 messages for `after`"
    ]


def test_a_kind_that_was_read_differently_is_named_with_the_checksums() -> None:
    assert words(compare_digests({"before": REFERENCE, "after": MISREAD})) == [
        "trade: 1,204 messages each, but not the same fields: "
        "checksum 00000000000000a1 for `before`, checksum 00000000000000a2 for `after`"
    ]


def test_every_kind_that_disagrees_is_listed() -> None:
    other = Digest({"trade": (1_204, 0xA2), "quote": (1, 0xC3)}, messages=1_299)
    assert words(compare_digests({"before": REFERENCE, "after": other})) == [
        "not the same feed: 1,300 messages for `before`, 1,299 messages for `after`",
        "trade: 1,204 messages each, but not the same fields: "
        "checksum 00000000000000a1 for `before`, checksum 00000000000000a2 for `after`",
        "depth: 5 messages for `before`, 0 messages for `after`",
        "quote: 0 messages for `before`, 1 message for `after`",
    ]


def test_a_kind_without_messages_is_as_good_as_none() -> None:
    with_empty = Digest({**REFERENCE.kinds, "quote": (0, 0xCBF29CE484222325)}, messages=1_300)
    assert compare_digests({"before": REFERENCE, "after": with_empty}) == ()


def test_a_run_is_held_against_a_pinned_digest() -> None:
    assert compare_with_pin("after", REFERENCE, REFERENCE) == ()
    assert words(compare_with_pin("after", MISCOUNTED, REFERENCE)) == [
        "trade: 1,204 messages for the pinned digest, 1,203 messages for `after`"
    ]
