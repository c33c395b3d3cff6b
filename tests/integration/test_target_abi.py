"""The border between latprobe and a target: loading, checking, describing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from latprobe._core import TARGET_HEADER
from tests.integration.compiler import HEADER_FOLDER, PRICES, compile_target
from tests.integration.conftest import Bench

Compiled = Callable[..., Path]


@pytest.mark.parametrize(
    ("define", "words"),
    [
        ("NO_ENTRY", "exports no `latprobe_targets_v1`"),
        ("NULL_TABLE", "answered null"),
        ("MAGIC=7", "does not start with the mark"),
        ("VERSION=2", "built for version 2 of the target ABI"),
        ("TARGET_SIZE=8", "table entries are of 8 bytes"),
        ("TARGET_COUNT=0", "declares 0 targets"),
        ("TARGET_COUNT=5000", "declares 5000 targets"),
        ("CRASH_AT_LOAD", "loading it crashed"),
    ],
)
def test_a_library_that_breaks_the_abi_is_refused_with_the_reason(
    bench: Bench, compiled: Compiled, define: str, words: str
) -> None:
    outcome = bench.latprobe("target", "list", compiled(define))

    assert outcome.code == 2
    assert words in outcome.err
    assert "Traceback" not in outcome.err


def test_a_file_that_is_no_library_is_refused(bench: Bench) -> None:
    path = bench.folder / "text.so"
    path.write_text("not a library")

    for library, words in (
        (path, "cannot be loaded"),
        (bench.folder / "absent.so", "no such file"),
    ):
        outcome = bench.latprobe("target", "list", library)
        assert (outcome.code, words in outcome.err) == (2, True), outcome.err


def test_a_file_that_is_no_library_is_refused_in_the_loader_s_own_words(bench: Bench) -> None:
    path = bench.folder / "text.so"
    path.write_text("not a library")

    words = bench.latprobe("target", "list", path).err

    assert "invalid ELF header" in words or "file too short" in words


def test_a_library_in_the_folder_is_found_by_its_bare_name(bench: Bench) -> None:
    compile_target(PRICES, bench.folder / "libprices.so")

    outcome = bench.latprobe("target", "list", "libprices.so", "--json")

    assert outcome.code == 0, outcome.err
    assert outcome.json[0]["name"] == "prices"


def test_a_library_s_targets_are_listed(bench: Bench) -> None:
    listed = bench.latprobe("target", "list", bench.library, "--json").json

    assert [it["name"] for it in listed] == ["scripted", "misreading", "never-marks"]
    assert listed[0]["stages"] == ["first", "second"]
    assert len(listed[0]["sha256"]) == 64
    assert "first → second" in bench.latprobe("target", "list", bench.library).out


def test_the_printed_header_is_the_one_that_targets_are_built_with(bench: Bench) -> None:
    assert bench.latprobe("target", "header").out == TARGET_HEADER
    assert (HEADER_FOLDER / "latprobe.h").read_text() == TARGET_HEADER


def test_the_example_in_c_understands_its_messages(bench: Bench) -> None:
    library = compile_target(PRICES, bench.folder / "libprices.so")
    feed = bench.feed([b"AAPL 170.25 300", b"MSFT 402.10 5", b"nonsense", b"X 1"] * 500)
    budgets = ("errors <= 50%", "sum: allocations == 0")

    outcome = bench.run(bench.scenario(feed, *budgets, target="prices", library=library))

    assert outcome.code == 0, outcome.out
    digest = bench.document["forks"][0]["result"]
    assert digest["kinds"][0]["messages"] == 1000
    assert digest["errors"] == {"no symbol": 500, "no number": 500}
    assert digest["metrics"] == {"traded": 500 * (170.25 * 300 + 402.10 * 5)}


def test_check_finds_what_is_wrong_with_a_target(bench: Bench) -> None:
    feed = bench.feed([b".", b"f"] * 10)

    outcome = bench.latprobe("target", "check", bench.library, "--feed", feed)

    assert outcome.code == 1
    assert "✔ scripted" in outcome.out
    assert "10 in the digest" in outcome.out
    assert "✘ never-marks" in outcome.out
    assert "stage first is never marked" in outcome.out


def test_check_survives_a_target_that_crashes(bench: Bench) -> None:
    outcome = bench.latprobe(
        "target", "check", bench.library, "--feed", bench.feed([b".", b"s"]), "--target", "scripted"
    )

    assert outcome.code == 4
    assert "at message 1" in outcome.out


def test_check_passes_the_configuration_on(bench: Bench) -> None:
    config = '{"refuse": true}'
    arguments = ("target", "check", bench.library, "--target", "scripted", "--config", config)

    outcome = bench.latprobe(*arguments, "--json")

    assert outcome.code == 1
    assert "told to refuse" in outcome.json["scripted"][0]["text"]
