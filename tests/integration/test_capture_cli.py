"""Captures imported as a user types it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from latprobe.cli.feed import feed
from tests.captures import CHANNEL, OTHER_CHANNEL, OTHER_GROUP, capture_of, cme_packet, udp
from tests.feeds import columns_of


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two lines of a feed, and another feed."""
    packets = [cme_packet(number, b"message %d" % number) for number in (1, 2, 4)]
    lines = [udp(packet) + udp(packet, group=OTHER_GROUP) for packet in packets]
    (tmp_path / "source").write_bytes(capture_of([lines, [udp(b"other", port=5)]]))
    return tmp_path / "source"


def run(source: Path, *words: str) -> Result:
    command = ["import", str(source), str(source.with_name("a.feed")), *words]
    return CliRunner().invoke(feed, command)


def test_every_option_of_a_capture_reaches_it(source: Path) -> None:
    words = ["--framing", "cme-mdp3", "--arbitrate", "--lines", f"{CHANNEL}={OTHER_CHANNEL}"]
    words += ["--port", "14310", "--port", "14311", "--group", "224.0.0.0/8"]
    words += ["--address", "10.0.0.1", "--protocol", "sbe"]
    told = json.loads(run(source, *words, "--json").output)
    assert (told["messages"], told["protocol"]) == (3, "sbe")
    assert told["counts"] == {
        "packets": 7,
        "filtered_out": 1,
        "gaps": 1,
        "missing": 1,
        "duplicates": 3,
        "line_gaps": 2,
        "line_missing": 2,
    }
    payloads = columns_of(source.with_name("a.feed"))["payload"]
    assert payloads == [b"message 1", b"message 2", b"message 4"]


def test_what_was_counted_is_told_in_words(source: Path) -> None:
    result = run(source, "--framing", "cme-mdp3", "--port", "14310")
    assert result.output.splitlines()[1] == "7 packets, 1 filtered out, 2 gaps, 2 missing"


def test_a_feed_in_no_stated_language_is_told_without_one(source: Path) -> None:
    assert "a.feed: 7 messages (imported from source)" in run(source).output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--framing", "udp"], "'udp' is not one of"),
        (["--port", "0"], "0 is not in the range"),
    ],
)
def test_what_is_no_option_is_bad_usage(source: Path, words: list[str], said: str) -> None:
    result = run(source, *words)
    assert (result.exit_code, said in result.output) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--lines", f"{CHANNEL}={OTHER_CHANNEL}"], "add --arbitrate"),
        (["--arbitrate"], "without a framing there is none"),
        (["--arbitrate", "--framing", "cme-mdp3"], "name the lines of each with --lines A=B"),
        (["--group", "224.0"], "expected an address such as"),
    ],
)
def test_options_that_cannot_be_followed_are_refused_in_words(
    source: Path, words: list[str], said: str
) -> None:
    result = run(source, *words)
    assert said in str(result.exception)
    assert not source.with_name("a.feed").exists()
