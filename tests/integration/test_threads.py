"""A target that finishes messages on another thread, from scenario to run document."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.integration.compiler import (
    FIRST_HEADER_FOLDER,
    PRICES,
    QUEUED,
    SCRIPTED,
    compile_target,
)
from tests.integration.conftest import Bench

STALL_NS = 50_000_000


@pytest.fixture(scope="module")
def queued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_target(QUEUED, tmp_path_factory.mktemp("queued") / "libqueued.so")


def run(
    bench: Bench, library: Path, messages: bytes, *budgets: str, drive: str = "", extra: str = ""
) -> dict[str, Any]:
    """Runs each byte as a message, and answers the run document."""
    feed = bench.feed([bytes([it]) for it in messages])
    path = bench.scenario(feed, *budgets, target="queued", library=library, extra=extra)
    usual = "forks = 2, repeats = 0, warmup = 0, messages = 1000"
    count = f"forks = 2, warmup = 0, messages = {len(messages)}"
    path.write_text(path.read_text().replace(usual, drive or count))
    outcome = bench.run(path)
    assert "Traceback" not in outcome.err
    return bench.document | {"code": outcome.code, "out": outcome.out}


def of(document: dict[str, Any], collector: str) -> list[dict[str, Any]]:
    return [it["result"] for it in document["forks"] if it["collector"] == collector]


def failures(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [it["failure"] for it in document["forks"] if it["failure"]]


def figure(document: dict[str, Any], stage: str, time: str = "service") -> dict[str, Any]:
    (found,) = [
        it
        for it in document["figures"]
        if (it["stage"], it["kind"], it["time"]) == (stage, None, time)
    ]
    return dict(found)


def test_each_part_of_the_way_is_measured_and_what_became_of_each_message(
    bench: Bench, queued: Path
) -> None:
    document = run(bench, queued, b".id." * 100, "dropped == 25%", "end_to_end: p50 < 1s")

    assert document["code"] == 0, document["out"]
    assert document["target"]["hops"] == [{"name": "line", "stage": 1}]
    counts = {
        stage: figure(document, stage)["messages"]
        for stage in ("read", "line wait", "work", "total", "end_to_end")
    }
    assert counts == {"read": 800, "line wait": 400, "work": 400, "total": 800, "end_to_end": 600}
    assert document["ends"] == {"messages": 800, "superseded": 0, "dropped": 200}
    (depth,) = [it for it in document["depths"] if it["kind"] is None]
    assert (depth["hop"], depth["messages"]) == ("line", 600)
    order = list(dict.fromkeys(it["stage"] for it in document["figures"]))
    assert order == ["read", "line wait", "work", "total", "end_to_end"]


def test_what_a_worker_understood_is_in_the_digest(bench: Bench, queued: Path) -> None:
    """FNV-1a of the numbers 46 and 97, each as 8 bytes: by hand."""
    document = run(bench, queued, b".a")

    checksum = 0xCBF29CE484222325
    for byte in (46, 0, 0, 0, 0, 0, 0, 0, 97, 0, 0, 0, 0, 0, 0, 0):
        checksum = (checksum ^ byte) * 0x100000001B3 % 2**64
    (kind,) = of(document, "digest")[0]["kinds"]
    assert kind == {
        "kind": "plain",
        "messages": 2,
        "understood": 2,
        "checksum": f"{checksum:016x}",
    }


def test_what_a_worker_allocates_is_the_message_s_and_its_stage_s(
    bench: Bench, queued: Path
) -> None:
    document = run(bench, queued, b"a" * 200, "work: allocations == 2", "total: bytes == 428")

    assert document["code"] == 0, document["out"]
    (counted,) = of(document, "allocations")
    (kind,) = counted["kinds"]
    each = {"allocations": 2, "frees": 2, "reallocations": 1, "bytes": 428}
    assert kind["total"]["sum"] == {name: 200 * value for name, value in each.items()}
    assert kind["total"]["most"] == each
    read, work = kind["stages"]
    assert set(read["sum"].values()) == {0}
    assert work["sum"] == kind["total"]["sum"]
    assert set(counted["other_threads"].values()) == {0}
    assert set(counted["harness"].values()) == {0}


def test_what_a_thread_allocated_that_has_ended_stays_counted(bench: Bench, queued: Path) -> None:
    document = run(bench, queued, b"c" * 50)

    (kind,) = of(document, "allocations")[0]["kinds"]
    assert kind["total"]["sum"]["bytes"] >= 50 * 10
    assert kind["total"]["sum"]["allocations"] >= 50


def test_a_consumer_that_stalls_once_is_in_the_end_to_end_times_and_stalls_nobody_else(
    bench: Bench, queued: Path
) -> None:
    messages = b"." * 200 + b"S" + b"." * 799
    drive = 'mode = "rate", rate = "5k/s", forks = 2, repeats = 0, warmup = 0, messages = 1000'

    document = run(bench, queued, messages, "end_to_end: response p90 < 1ms", drive=drive)

    # What came within 50 ms of it, some 250 messages, had to wait, the first for nearly as long.
    response = figure(document, "end_to_end", "response")
    assert response["max_ns"] >= STALL_NS
    assert response["p90_ns"] > STALL_NS / 4
    assert figure(document, "end_to_end")["max_ns"] >= STALL_NS
    for result in of(document, "latency"):
        (kind,) = result["kinds"]
        assert kind["hops"][0]["depth"]["max"] <= 1_000
    assert document["verdicts"][0]["verdict"] != "pass"
    # On the market-data side, half of the messages at the very least knew nothing of it.
    assert figure(document, "total")["p50_ns"] < STALL_NS / 10


def test_a_message_that_is_lost_is_named(bench: Bench, queued: Path) -> None:
    document = run(bench, queued, b"..l.")

    (failure,) = failures(document)
    assert document["code"] == 2
    assert (failure["reason"], failure["message"]) == ("refused", 2)
    assert "lost track of message 2" in failure["detail"]


@pytest.mark.parametrize(("byte", "words"), [(b"h", ""), (b"e", "it said: the worker ends")])
def test_a_worker_that_hangs_or_ends_is_a_hang_with_the_message_in_hand(
    bench: Bench, queued: Path, byte: bytes, words: str
) -> None:
    extra = "limits = { timeout_s = 4 }"

    document = run(bench, queued, b"..." + byte + b"..", extra=extra)

    (failure,) = failures(document)
    assert document["code"] == 4
    assert (failure["reason"], failure["message"]) == ("hung", 3)
    assert words in failure["detail"]


def test_a_worker_that_crashes_is_named_with_the_message_in_hand(
    bench: Bench, queued: Path
) -> None:
    document = run(bench, queued, b"....s")

    (failure,) = failures(document)
    assert (failure["reason"], failure["message"]) == ("crashed", 4)
    assert "SIGSEGV" in failure["detail"]


def test_its_threads_have_cpus_of_their_own_where_there_are_any(bench: Bench, queued: Path) -> None:
    document = run(bench, queued, b"." * 100)

    for fork in document["forks"]:
        assert fork["cpu"] not in fork["worker_cpus"]
    shared = any("share the CPU" in it["problem"] for it in document["warnings"])
    assert shared == (not document["forks"][0]["worker_cpus"])
    assert bool(document["skews"]) != shared


def test_the_scenario_says_where_its_threads_are(bench: Bench, queued: Path) -> None:
    """On the forks' own CPU, which is there on any machine."""
    cpu = max(os.sched_getaffinity(0))
    drive = f"forks = 1, warmup = 0, messages = 50, worker_cpus = [{cpu}, 4095]"

    document = run(bench, queued, b"." * 50, drive=drive)

    assert {tuple(fork["worker_cpus"]) for fork in document["forks"]} == {(cpu,)}
    assert document["skews"] == []


@pytest.mark.parametrize(
    ("define", "words"),
    [
        ("NO_DRAIN", "declares hops, and `drain` is null"),
        ("HOPS=NULL", "its list of hops is null"),
        ("HOP_COUNT=9", "declares 9 hops, expected 0 to 8"),
        ("HOPS=wrong_stage", "hop 'line' stands before stage 2, of 2 stages"),
        ("HOPS=twice", "hold 'line' twice"),
    ],
)
def test_hops_that_make_no_sense_are_refused(bench: Bench, define: str, words: str) -> None:
    defines = [define, "HOP_COUNT=2"] if define == "HOPS=twice" else [define]
    library = compile_target(QUEUED, bench.folder / "libwrong.so", *defines)

    outcome = bench.latprobe("target", "list", library)

    assert (outcome.code, words in outcome.err) == (2, True), outcome.err


def test_the_queues_are_listed_before_their_stages(bench: Bench, queued: Path) -> None:
    assert "read → [line] → work" in bench.latprobe("target", "list", queued).out
    outcome = bench.latprobe("target", "check", queued, "--feed", bench.feed([b"."] * 20))
    assert outcome.code == 0, outcome.out


def test_a_library_of_a_later_version_is_read_as_far_as_this_one_knows_it(bench: Bench) -> None:
    library = compile_target(QUEUED, bench.folder / "liblater.so", "LATER")

    (target,) = bench.latprobe("target", "list", library, "--json").json

    assert (target["name"], target["hops"]) == ("queued", [{"name": "line", "stage": 1}])


@pytest.mark.parametrize("source", ["prices", "scripted"])
def test_a_library_from_before_there_were_hops_still_loads_and_runs(
    bench: Bench, source: str
) -> None:
    """Built with the header that the first libraries of version 1 were built with."""
    library = compile_first_version(source, bench.folder / "libfirst.so")
    feed = bench.feed([b"AAPL 170.25 300"] * 100)

    listed = bench.latprobe("target", "list", library, "--json").json
    outcome = bench.run(bench.scenario(feed, target=source, library=library))

    assert outcome.code == 0, outcome.err
    assert all(target["hops"] == [] for target in listed)
    assert len(listed) == (1 if source == "prices" else 3), "by its own stride"
    assert "end_to_end" not in {it["stage"] for it in bench.document["figures"]}
    assert bench.document["ends"] is None


def compile_first_version(source: str, out: Path) -> Path:
    path = PRICES if source == "prices" else SCRIPTED
    return compile_target(path, out, headers=FIRST_HEADER_FOLDER)


def test_an_audit_names_the_lines_that_a_worker_allocates_at_with_its_queue(bench: Bench) -> None:
    library = compile_target(QUEUED, bench.folder / "liblined.so", extra=["-g"])
    feed = bench.feed([b"a"] * 200)
    path = bench.scenario(feed, "work: allocations == 0", target="queued", library=library)

    outcome = bench.latprobe("audit", path, "--json")

    assert outcome.code == 1, outcome.err
    found = outcome.json
    sites = [it for it in found["sites"] if it["counts"]["allocations"]]
    assert {(it["stage"], it["hop"]) for it in sites} == {("work", "line")}
    assert [it["critical"] for it in sites] == [["work: allocations == 0"]] * 2
    sizes = sorted((it["counts"]["least_bytes"], it["counts"]["allocations"]) for it in sites)
    assert sizes == [(28, 1_000), (100, 1_000)]
    assert all(it["counts"]["freed_within"] == 1_000 for it in sites)
    # The same as the allocation pass counted, and every one has a place.
    (counted, placed) = (
        next(it["result"] for it in bench.document["forks"] if it["collector"] == name)
        for name in ("allocations", "callsites")
    )
    (kind,) = counted["kinds"]
    names = ("allocations", "frees", "reallocations", "bytes")
    sums = {name: sum(it["counts"][name] for it in placed["sites"]) for name in names}
    assert sums == {name: kind["total"]["sum"][name] for name in names}
    assert sums == {name: placed["counted"][name] for name in names}
    assert all(it["complete"] for it in placed["stacks"])
    assert not any("have no call site" in it["problem"] for it in found["warnings"])
