"""A trace of memray's, folded to call sites."""

from typing import Any

from latprobe import _core
from latprobe.callables import call_sites
from latprobe.callables.call_sites import Call, Event, folded

OWN = ("_driven", call_sites.__file__, 70)
PARSE = ("parse", "/src/m.py", 3)
LOADS = ("loads", "/lib/json.py", 9)


def event(call: Call, size: int, address: int, *stack: tuple[str, str, int]) -> Event:
    return Event(call, size, address, () if call == "free" else (*stack, OWN))


def told(size: int, *stack: tuple[str, str, int]) -> list[Event]:
    """The core says something: a block that comes and goes."""
    return [event("valloc", size, 1, *stack), event("free", 0, 1)]


def message(*events: Event, kind: int = 0) -> list[Event]:
    begin, mark, end = _core.TOLD_BEGIN, _core.TOLD_MARK, _core.TOLD_END
    return [*told(begin), *events, *told(mark, PARSE), *told(end + 1 + kind)]


def sites(*events: Event) -> list[tuple[Any, ...]]:
    found = folded(events, ["parse"], ["trade", "quote"])
    functions = [it["locations"][0]["function"] for it in found["addresses"]]
    stacks = [[functions[number] for number in it["addresses"]] for it in found["stacks"]]
    return [(stacks[it["stack"]], it["stage"], it["kind"], it["counts"]) for it in found["sites"]]


def test_an_allocation_is_of_its_line_stage_and_kind() -> None:
    block = event("other", 100, 16, LOADS, PARSE)

    (site,) = sites(*message(block, kind=1))

    counts = {"allocations": 1, "bytes": 100, "least_bytes": 100, "most_bytes": 100}
    assert site == (["loads", "parse"], "parse", "quote", counts)


def test_a_free_stands_where_the_block_was_asked_for() -> None:
    block = event("other", 100, 16, PARSE)
    release = event("free", 0, 16)

    (kept_and_freed,) = sites(*message(block), *message(release))
    (within,) = sites(*message(block, release))

    assert kept_and_freed[3]["frees"] == within[3]["frees"] == 1
    assert "freed_within" not in kept_and_freed[3]
    assert within[3]["freed_within"] == 1


def test_a_block_that_is_resized_is_a_reallocation_and_one_that_is_new_is_not() -> None:
    resized = [event("other", 8, 16, PARSE), event("free", 0, 16), event("realloc", 64, 32, PARSE)]
    fresh = event("realloc", 64, 48, PARSE)

    (first,) = sites(*message(*resized))
    (second,) = sites(*message(fresh))

    assert (first[3]["allocations"], first[3]["reallocations"], first[3]["bytes"]) == (1, 1, 72)
    assert (second[3]["allocations"], second[3].get("reallocations")) == (1, None)


def test_a_block_of_a_size_that_stands_for_something_is_only_a_block_where_a_target_asks() -> None:
    block = event("other", _core.TOLD_END, 16, PARSE)

    (site,) = sites(*message(block))

    assert site[3]["allocations"] == 1


def test_what_lies_between_messages_is_nobody_s() -> None:
    block = event("other", 100, 16, PARSE)

    assert sites(block, *message(), block) == []


def test_what_comes_after_the_last_mark_has_no_stage() -> None:
    begin, mark, end = _core.TOLD_BEGIN, _core.TOLD_MARK, _core.TOLD_END
    block = event("other", 100, 16, PARSE)

    (site,) = sites(*told(begin), *told(mark, PARSE), block, *told(end))

    assert site[1:3] == (None, None)


def test_the_call_of_the_outermost_function_has_no_line() -> None:
    (site,) = sites(*message(event("other", 200, 16)))

    assert site[0] == ["(called natively)"]
