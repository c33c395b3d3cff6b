"""`latprobe check`: misuse of memory, by message; with real checkers on errors that are planted."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.integration.audits import line_of
from tests.integration.compiler import ROOT, compile_target
from tests.integration.conftest import Bench, Outcome

FAULTY = Path(__file__).parent / "targets" / "faulty.c"
REFERENCE = ROOT / "target" / "release" / "liblatprobe_reference.so"
ASAN = "-fsanitize=address"
GOING_ON = "-fsanitize-recover=address"

needs_valgrind = pytest.mark.skipif(
    shutil.which("valgrind") is None, reason="valgrind is not installed"
)


def build(bench: Bench, *flags: str) -> Path:
    return compile_target(FAULTY, bench.folder / "libfaulty.so", extra=["-g", *flags])


def check(bench: Bench, library: Path, messages: list[bytes], *flags: str) -> Outcome:
    scenario = bench.scenario(bench.feed(messages), target="faulty", library=library)
    return bench.latprobe("check", scenario, *flags)


def told(found: dict[str, Any]) -> list[tuple[str, int, int, int]]:
    """Each error: what, at which line, how often, and its first message."""
    return [(it["what"], it["place"]["line"], it["times"], it["message"]) for it in found["errors"]]


PLANTED = [b".", b"r23", b".", b"w", b"f", b"r45", b"d", b"l", b"t", b"."]
EXPECTED = [
    ("invalid read", line_of("read", FAULTY), 2, 1),
    ("invalid write", line_of("write", FAULTY), 1, 3),
    ("invalid read", line_of("after", FAULTY), 1, 4),
    ("double free", line_of("twice", FAULTY), 1, 6),
    ("invalid read", line_of("elsewhere", FAULTY), 1, 8),
]


@needs_valgrind
def test_memcheck_tells_each_error_with_its_line_its_message_and_its_block(bench: Bench) -> None:
    outcome = check(bench, build(bench), [*PLANTED, b"u"], "--json")

    assert outcome.code == 1, outcome.err
    found = outcome.json
    unwritten = ("uninitialised value", line_of("unwritten", FAULTY), 1, 10)
    assert told(found) == [*EXPECTED, unwritten]
    read, write, after, *_ = found["errors"]
    assert "0 bytes after a block of 3 bytes" in read["detail"]
    assert read["blocks"][0]["place"]["function"] == "the message itself"
    assert write["blocks"][0]["place"]["line"] == line_of("block", FAULTY)
    assert [it["what"] for it in after["blocks"]] == ["freed", "allocated"]
    assert after["blocks"][0]["place"]["line"] == line_of("back", FAULTY)
    assert [(it["sequence"], it["kind"], it["recv_ns"]) for it in found["faulty"]] == [
        (number, "told", number) for number in (1, 3, 4, 5, 6, 8, 10)
    ]
    (leak,) = found["leaks"]
    assert (leak["bytes"], leak["blocks"]) == (24, 1)
    assert leak["place"]["line"] == line_of("lost", FAULTY)
    assert found["messages"] == 11


def test_asan_tells_the_same_of_a_target_that_goes_on(bench: Bench) -> None:
    outcome = check(bench, build(bench, ASAN, GOING_ON), PLANTED, "--with", "asan")

    assert outcome.code == 1, outcome.err
    # What people read: by message, with its bytes.
    assert "invalid read at" in outcome.out
    assert "0 bytes after a block of 3 bytes; 2 times" in outcome.out
    assert "the block is the message" in outcome.out
    assert "first with message 1 (told), received 1970-01-01T00:00:00.000000001Z" in outcome.out
    assert "72 32 33" in outcome.out
    found = bench.latprobe("check", bench.folder / "case.toml", "--with", "asan", "--json").json
    assert told(found) == EXPECTED
    assert [it["bytes"] for it in found["leaks"] or ()] in ([24], [])
    assert found["stopped"] is None


def test_asan_tells_of_the_first_error_of_a_target_that_ends_there(bench: Bench) -> None:
    outcome = check(bench, build(bench, ASAN), PLANTED, "--with", "asan", "--json")

    assert outcome.code == 1, outcome.err
    found = outcome.json
    assert told(found) == [("invalid read", line_of("read", FAULTY), 1, 1)]
    assert (found["stopped"]["message"], found["stopped"]["is_explained"]) == (1, True)


def test_a_target_without_asan_is_told_how_to_build_it_and_one_with_it_is_not_run_by_memcheck(
    bench: Bench,
) -> None:
    outcome = check(bench, build(bench), [b"."], "--with", "asan")

    assert outcome.code == 2
    assert "is not built with AddressSanitizer" in outcome.err
    assert "-fsanitize=address -fsanitize-recover=address" in outcome.err
    assert "cargo +nightly build" in outcome.err

    outcome = check(bench, build(bench, ASAN), [b"."])

    assert outcome.code == 2
    assert "check it `--with asan`" in outcome.err


@needs_valgrind
def test_a_target_that_ends_without_a_report_ends_the_check_with_4(bench: Bench) -> None:
    outcome = check(bench, build(bench), [b".", b".", b"s"])

    assert outcome.code == 4, outcome.err
    assert "exit code 7" in outcome.out
    assert "with message 2" in outcome.out


@needs_valgrind
@pytest.mark.parametrize("target", ["json-after", "itch50-after"])
def test_the_reference_parsers_are_clean(bench: Bench, target: str) -> None:
    path = bench.folder / "case.toml"
    protocol = target.removesuffix("-after")
    path.write_text(
        f'name = "case"\nfeed = {{ synth = "{protocol}", messages = 300 }}\n'
        f'[target]\nlibrary = "{REFERENCE}"\nname = "{target}"\n'
    )

    outcome = bench.latprobe("check", path)

    assert outcome.code == 0, outcome.out + outcome.err
    assert "nothing was found" in outcome.out
