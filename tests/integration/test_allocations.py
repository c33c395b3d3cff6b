"""Counts are exact: targets that allocate a known amount."""

from typing import Any

from tests.integration.compiler import build_own_allocator
from tests.integration.conftest import Bench


def tallies(bench: Bench, *messages: bytes) -> dict[str, dict[str, Any]]:
    feed = bench.feed(messages)
    assert bench.run(bench.scenario(feed)).code == 0
    counted = next(
        fork["result"] for fork in bench.document["forks"] if fork["collector"] == "allocations"
    )
    assert set(counted["harness"].values()) == {0}, "the loop itself does not allocate"
    kinds = {kind["kind"]: kind for kind in counted["kinds"]}
    return {"counted": counted, **kinds}


def test_each_stage_s_calls_and_bytes_are_counted_exactly(bench: Bench) -> None:
    found = tallies(bench, b"a", b".")

    first, second = found["allocating"]["stages"]
    messages = found["allocating"]["total"]["messages"]
    assert messages == 500
    assert first["sum"] == {
        "allocations": 2 * messages,
        "frees": messages,
        "reallocations": 0,
        "bytes": 128 * messages,
    }
    assert second["sum"] == {
        "allocations": messages,
        "frees": 2 * messages,
        "reallocations": messages,
        "bytes": 364 * messages,
    }
    assert found["allocating"]["total"]["most"] == {
        "allocations": 3,
        "frees": 3,
        "reallocations": 1,
        "bytes": 492,
    }


def test_a_kind_that_does_not_allocate_is_not_charged_for_one_that_does(bench: Bench) -> None:
    found = tallies(bench, b"a", b".")

    assert set(found["plain"]["total"]["sum"].values()) == {0}


def test_another_thread_s_allocations_are_counted_apart(bench: Bench) -> None:
    found = tallies(bench, b"t")

    others = found["counted"]["other_threads"]
    assert others["allocations"] >= 1000
    assert any("other threads" in it["problem"] for it in bench.document["warnings"])


def test_an_allocator_that_never_calls_malloc_is_counted_through_the_sdk(bench: Bench) -> None:
    """A block of 48 bytes in the first stage; one of 16 that grows to 32 in the second."""
    library = build_own_allocator()
    scenario = bench.scenario(bench.feed([b"."]), target="boxes", library=library)
    assert bench.run(scenario).code == 0

    counted = bench.document["forks"][-1]["result"]["kinds"][0]
    first, second = (stage["sum"] for stage in counted["stages"])
    assert first == {"allocations": 1000, "frees": 1000, "reallocations": 0, "bytes": 48_000}
    assert second == {"allocations": 1000, "frees": 1000, "reallocations": 1000, "bytes": 48_000}
