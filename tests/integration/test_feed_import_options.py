"""Options of `latprobe feed import` that are for some formats, as a user types them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from latprobe.cli.feed import feed
from latprobe.errors import FeedError
from tests.feeds import HEARTBEAT, columns_of
from tests.made_recordings import START_NS, capture_log, csv_table, made_up
from tests.protobuf import delimited, number

MESSAGE = number(1, 1) + number(3, START_NS)


def run(folder: Path, content: bytes, *words: str) -> Result:
    (folder / "source").write_bytes(content)
    source, out = str(folder / "source"), str(folder / "a.feed")
    return CliRunner().invoke(feed, ["import", source, out, *words])


def test_a_table_gets_its_protocol_and_its_columns(tmp_path: Path) -> None:
    frames = made_up("json")
    table = csv_table(frames).replace(b"id,timestamp,payload", b"timestamp,when,what")
    words = ["--time-column", "when", "--payload-column", "what", "--protocol", "json"]
    result = run(tmp_path, table, "--format", "csv", *words)
    assert result.output.startswith(f"{tmp_path}/a.feed: 12 messages of json")
    assert columns_of(tmp_path / "a.feed")["payload"] == frames


def test_what_is_not_a_message_is_in_the_summary(tmp_path: Path) -> None:
    log = capture_log(made_up("json"))
    result = run(tmp_path, log)
    assert "1 header lines, 1 connect lines, 1 send lines" in result.output
    told = json.loads(run(tmp_path, log, "--json").output)
    assert told["counts"] == {"header lines": 1, "connect lines": 1, "send lines": 1}


@pytest.mark.parametrize(
    ("words", "times"),
    [
        ([], [0, 1]),
        (["--time-field", "3"], [START_NS, START_NS]),
        (["--start", "2024-01-02T15:00:00Z"], [START_NS, START_NS + 1]),
        (["--start", "1704207600", "--interval", "50us"], [START_NS, START_NS + 50_000]),
    ],
)
def test_messages_get_the_times_that_are_asked_for(
    tmp_path: Path, words: list[str], times: list[int]
) -> None:
    assert run(tmp_path, delimited(MESSAGE, MESSAGE), *words).exit_code == 0
    assert columns_of(tmp_path / "a.feed")["recv_ns"] == times


def test_checksums_are_checked_when_asked_for(tmp_path: Path) -> None:
    bad = HEARTBEAT.replace(b"10=161", b"10=162").replace(b"9=56", b"9=57")
    assert run(tmp_path, bad).exit_code == 0
    result = run(tmp_path, bad, "--check")
    assert isinstance(result.exception, FeedError)
    assert result.exception.offset == 0
    assert "expected a" in result.exception.problem


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--check"], "--check is for fix; this is read as protobuf"),
        (["--http"], "--http is for capture-log; this is read as protobuf"),
        (["--date", "2024-01-02"], "--date is for itch50; this is read as protobuf"),
        (["--time-key", "a"], "--time-key is for msgpack; this is read as protobuf"),
        (["--time-column", "a"], "--time-column is for parquet, arrow, csv; this is read as"),
        (["--payload-encoding", "hex"], "--payload-encoding is for parquet, arrow, csv"),
    ],
)
def test_an_option_that_the_format_does_not_take_is_refused(
    tmp_path: Path, words: list[str], problem: str
) -> None:
    result = run(tmp_path, delimited(MESSAGE, MESSAGE), *words)
    assert isinstance(result.exception, FeedError)
    assert problem in result.exception.problem
    assert not (tmp_path / "a.feed").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["--start", "soon"],
        ["--interval", "0ns"],
        ["--interval", "2h"],
        ["--interval", "5"],
        ["--length-prefix", "be16"],
        ["--payload-encoding", "rot13"],
    ],
)
def test_a_value_that_is_none_is_bad_usage(tmp_path: Path, words: list[str]) -> None:
    result = run(tmp_path, delimited(MESSAGE, MESSAGE), *words)
    assert result.exit_code == 2
    assert words[0] in result.output
