"""The commands that change feeds, as a user types them."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from latprobe.cli.feed import feed
from latprobe.errors import LatprobeError
from tests.changed_feeds import numbered, read_faults, read_feed, write_feed
from tests.feeds import REPOSITORY


def run(*words: object) -> Result:
    return CliRunner().invoke(feed, [str(word) for word in words])


def error_of(result: Result) -> str:
    assert isinstance(result.exception, LatprobeError)
    return str(result.exception)


@pytest.fixture
def ten(tmp_path: Path) -> Path:
    return write_feed(tmp_path / "in", numbered([it * 10**9 for it in range(10)]))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--first", 3), range(3)),
        (("--last", 2), range(8, 10)),
        (("--skip", 4), range(4, 10)),
        (("--skip", 4, "--count", 2), range(4, 6)),
        (("--count", 2), range(2)),
        (("--from", "+2s", "--to", "1970-01-01T00:00:05Z"), range(2, 5)),
        (("--channel", "c", "--kind", "unknown", "--from", "+8s"), range(8, 10)),
    ],
)
def test_slice(ten: Path, words: tuple[object, ...], expected: range) -> None:
    out = ten.with_name("out")
    assert run("slice", ten, out, *words).exit_code == 0
    assert [it.payload for it in read_feed(out)] == [b"%d" % it for it in expected]


def test_what_was_written_is_told_in_words_and_in_json(ten: Path) -> None:
    out = ten.with_name("out")
    told = run("slice", ten, out, "--first", 3).output
    assert told == f"{out}: 3 messages of json (made in a test; sliced: 3 messages)\n"
    notes = json.loads(run("scale", ten, out, "--speed", "2", "--json").output)
    assert (notes["messages"], notes["importer"]) == (10, "test 1; scale 1")


def test_scale_loop_shuffle_and_merge_one_after_the_other(ten: Path) -> None:
    folder = ten.parent
    assert run("scale", ten, folder / "a", "--speed", "1/2").exit_code == 0
    assert run("loop", folder / "a", folder / "b", "--times", 3, "--gap", "2s").exit_code == 0
    words = ("shuffle", folder / "b", folder / "c", "--within", "4s", "--seed", 7)
    assert run(*words).exit_code == 0
    assert run("merge", folder / "d", folder / "c", ten).exit_code == 0
    received = read_feed(folder / "d")
    assert len(received) == 40
    times = [it.recv_ns for it in received]
    assert times == sorted(times)
    assert times[-1] == (18 + 2 * 20) * 10**9
    info = json.loads(run("info", folder / "d", "--json").output)
    for words_in_note in ("scaled: 1/2", "looped: 3 rounds, 2.00 s", "shuffled: within 4s, seed 7"):
        assert words_in_note in info["source"]


def test_fault_tells_how_many_of_each_it_made(ten: Path) -> None:
    out = ten.with_name("out")
    told = run("fault", ten, out, "--gap", "50%", "--stale", "50%", "--seed", 5).output
    _, faults, end = read_faults(ten.with_name("out.faults.jsonl"))
    gaps = end["made"]["gap"]
    assert len(faults) == gaps
    assert f"out.faults.jsonl: {gaps} gap\n" in told
    assert f"not made, since the message cannot have it: {10 - gaps} stale\n" in told


def test_faults_are_listed_where_asked_and_told_in_json(ten: Path) -> None:
    out, listed = ten.with_name("out"), ten.with_name("listed")
    words = ("--duplicate", "100%", "--faults", listed, "--json")
    notes = json.loads(run("fault", ten, out, *words).output)
    assert (notes["faults"], notes["made"]["duplicate"]) == (str(listed), 10)
    assert notes["messages"] == 20
    assert len(read_faults(listed)[1]) == 10


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("slice", "IN", "OUT", "--first", "0"), "0 is not in the range"),
        (("slice", "IN", "OUT", "--first", "1", "--last", "1"), "exclude each other"),
        (("slice", "IN", "OUT", "--last", "1", "--skip", "1"), "exclude each other"),
        (("slice", "IN", "OUT", "--from", "noon"), "`noon` is not a moment"),
        (("merge", "OUT", "IN"), "expected two feeds at least"),
        (("scale", "IN", "OUT"), "Missing option '--speed'"),
        (("scale", "IN", "OUT", "--speed", "0"), "`0` is not a speed"),
        (("loop", "IN", "OUT", "--times", "0"), "0 is not in the range"),
        (("loop", "IN", "OUT", "--times", "2", "--gap", "long"), "`long` is not a time"),
        (("shuffle", "IN", "OUT", "--within", "0ms"), "`0ms` is not a window"),
        (("fault", "IN", "OUT"), "no fault is asked for"),
        (("fault", "IN", "OUT", "--gap", "0.1"), "`0.1` is not a share from 0% to 100%"),
        (("fault", "IN", "OUT", "--gap", "60%", "--flip", "60%"), "rates add up to 100% at most"),
        (("fault", "IN", "OUT", "--flip", "1%:0"), "`0` is not a whole number"),
    ],
)
def test_bad_options_are_bad_usage_and_write_nothing(
    ten: Path, words: tuple[str, ...], problem: str
) -> None:
    places = {"IN": str(ten), "OUT": str(ten.with_name("out"))}
    result = run(*(places.get(word, word) for word in words))
    assert result.exit_code == 2
    assert problem in " ".join(result.output.split())
    assert [it.name for it in ten.parent.iterdir()] == ["in"]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("slice", "IN", "IN", "--first", "1"), "name another file"),
        (("slice", "IN", "OUT", "--channel", "d"), "no channel matches 'd'; there are c"),
        (("slice", "IN", "OUT", "--kind", "d"), "no kind matches 'd'; there are unknown"),
        (("slice", "IN", "OUT", "--from", "+1h"), "no message is left"),
        (("slice", "missing", "OUT"), "cannot be read: No such file"),
        (("merge", "IN", "IN", "IN"), "name another file"),
        (("scale", "IN", "IN", "--speed", "2"), "name another file"),
        (("loop", "IN", "IN", "--times", "2"), "name another file"),
        (("shuffle", "IN", "IN", "--within", "1s"), "name another file"),
        (("fault", "IN", "IN", "--gap", "1%"), "name another file"),
        (("fault", "IN", "OUT", "--bad-checksum", "1%"), "have no checksum that is known"),
        (("info", "IN", "--plot", "picture.gif"), "end its name in one"),
        (("info", "IN", "--plot", "IN"), "name another file for the picture"),
    ],
)
def test_what_cannot_be_done_ends_in_one_error_and_writes_nothing(
    ten: Path, words: tuple[str, ...], problem: str
) -> None:
    places = {"IN": str(ten), "OUT": str(ten.with_name("out"))}
    assert problem in error_of(run(*(places.get(word, word) for word in words)))
    assert [it.name for it in ten.parent.iterdir()] == ["in"]
    assert len(read_feed(ten)) == 10


def test_channels_in_an_error_have_no_power_over_a_terminal(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", [(0, "\x1b[2J", b"x")])
    command = [sys.executable, "-c", "from latprobe.cli.main import main; main()", "feed", "slice"]
    ended = subprocess.run(
        [*command, str(path), str(tmp_path / "out"), "--channel", "x"],
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 2
    assert b"\x1b" not in ended.stderr
    assert b"there are \\x1b[2J" in ended.stderr


@pytest.mark.parametrize(
    "words",
    [("slice",), ("loop", "--times", "2"), ("fault", "--gap", "1%"), ("shuffle", "--within", "1s")],
)
def test_a_disk_that_is_full_leaves_nothing_behind(tmp_path: Path, words: tuple[str, ...]) -> None:
    """A limit on the size of files stands in for it; the system enforces both in one way."""
    sent = [(number, "c", os.urandom(1_000)) for number in range(3_000)]
    path = write_feed(tmp_path / "in", sent)
    program = [sys.executable, "-c", "from latprobe.cli.main import main; main()", "feed"]
    ended = subprocess.run(
        [*program, words[0], str(path), str(tmp_path / "out"), *words[1:]],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},  # else Python writes modules cut short
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "cannot be written" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert [it.name for it in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_the_rate_is_drawn(ten: Path, suffix: str) -> None:
    picture = ten.with_name(f"rate{suffix}")
    assert run("info", ten, "--plot", picture).exit_code == 0
    content = picture.read_bytes()
    assert content.startswith(b"<?xml" if suffix == ".svg" else b"\x89PNG")
    run("info", ten, "--plot", picture)
    assert picture.read_bytes() == content


def test_info_in_json_has_all_that_is_documented(ten: Path) -> None:
    figures = json.loads(run("info", ten, "--json").output)
    documented = (REPOSITORY / "docs" / "FEEDS.md").read_text(encoding="utf-8")
    for name in figures:
        assert f"`{name}`" in documented, name
