"""The feed commands, as a user types them."""

import json
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

from latprobe.cli.feed import feed
from latprobe.errors import FeedError, LatprobeError
from tests.archives import ARCHIVERS
from tests.feeds import SYSTEM_EVENT, TRADE, columns_of, leftovers, length_prefixed, write_table


def run(*words: object) -> Result:
    return CliRunner().invoke(feed, [str(word) for word in words])


def error_of(result: Result) -> LatprobeError:
    assert isinstance(result.exception, LatprobeError)
    return result.exception


def test_a_recording_is_imported_and_described(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"1723161255 " + TRADE + b"\n")
    imported = run("import", tmp_path / "source", tmp_path / "a.feed")
    assert imported.exit_code == 0
    assert imported.output == f"{tmp_path}/a.feed: 1 messages of json (imported from source)\n"
    described = run("info", tmp_path / "a.feed")
    assert described.exit_code == 0
    assert "btcusdt@trade" in described.output
    assert "2024-08-08 23:54:15.000000000 UTC" in described.output


def test_what_was_imported_is_told_in_json(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"1723161255 {}\n")
    told = json.loads(run("import", "--json", tmp_path / "source", tmp_path / "a.feed").output)
    assert told["messages"] == 1
    assert told["path"] == str(tmp_path / "a.feed")
    assert len(told["sha256"]) == 64


@pytest.mark.parametrize(
    ("day", "midnight_ns"),
    [("2019-12-30", 1_577_664_000 * 10**9), ("2019-12-30T00:00-05:00", 1_577_682_000 * 10**9)],
)
def test_an_itch_recording_gets_its_date(tmp_path: Path, day: str, midnight_ns: int) -> None:
    (tmp_path / "source").write_bytes(length_prefixed(SYSTEM_EVENT))
    assert run("import", "--date", day, tmp_path / "source", tmp_path / "a").exit_code == 0
    assert columns_of(tmp_path / "a")["recv_ns"] == [midnight_ns + 3_600_000_000_123]


@pytest.mark.parametrize("day", ["yesterday", "9999-01-01", "0001-01-01"])
def test_a_date_that_is_none_is_bad_usage(tmp_path: Path, day: str) -> None:
    (tmp_path / "source").write_bytes(length_prefixed(SYSTEM_EVENT))
    result = run("import", "--date", day, tmp_path / "source", tmp_path / "a")
    assert result.exit_code == 2
    assert "expected a date such as 2019-12-30" in result.output


def test_a_format_that_is_named_is_taken(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"1 {}\n")
    result = run("import", "--format", "fix", tmp_path / "source", tmp_path / "a")
    assert "expected one FIX message" in str(error_of(result))
    assert run("import", "--format", "pdf", tmp_path / "source", tmp_path / "a").exit_code == 2


def test_a_bad_recording_ends_in_an_error_that_names_the_place(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"1 {}\nbad\n")
    error = error_of(run("import", tmp_path / "source", tmp_path / "a"))
    assert isinstance(error, FeedError)
    assert error.offset == 5
    assert str(error).startswith(f"{tmp_path}/source: byte 5: expected `<time> <frame>`")
    assert leftovers(tmp_path) == []


def test_bad_messages_are_set_aside_and_told(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"1 {}\nbad\n2 {}\nworse\n3 {\n1 {}\n1.5 {}\n")
    words = ("import", tmp_path / "source", tmp_path / "a", "--quarantine", tmp_path / "q")
    told = run(*words, "--max-backwards", "250ms").output.splitlines()
    assert told[1:] == [
        f"4 bad messages (13 B) set aside in {tmp_path}/q",
        "          2  expected `<time> <frame>`: a time in digits, then a JSON object or array",
        "          1  expected a whole JSON frame",
        "          1  expected a receive time at most 250 ms before that of the message before",
    ]
    assert len((tmp_path / "q").read_text().splitlines()) == 4
    figures = json.loads(run(*words, "--json").output)
    assert figures["messages"] == 4
    assert figures["out_of_order"] == 1
    assert figures["farthest_back_ns"] == 10**9
    assert figures["set_aside"]["messages"] == 3
    assert figures["set_aside"]["lost"] is None
    assert figures["source_bytes"] == 36


def test_what_is_lost_of_an_archive_and_what_was_passed_over_is_told(tmp_path: Path) -> None:
    content = ARCHIVERS["gzip"](b"1 {}\n2 {}\n")
    (tmp_path / "source").write_bytes(content + b"garbage")
    told = run("import", tmp_path / "source", tmp_path / "a").output.splitlines()
    assert told[1:] == ["7 bytes after the end of the archive passed over"]
    (tmp_path / "source").write_bytes(content + ARCHIVERS["gzip"](b"3 {}\n")[:-1])
    words = ("import", tmp_path / "source", tmp_path / "a", "--quarantine", tmp_path / "q")
    told = run(*words).output.splitlines()
    assert told[1].startswith("0 bad messages (0 B) set aside")
    assert told[2].startswith("the content ends at byte 15: the gzip archive ends early")


@pytest.mark.parametrize(
    "words", [("--max-backwards", "soon"), ("--max-backwards", "-1s"), ("--max-expansion", "0")]
)
def test_bad_limits_are_bad_usage(tmp_path: Path, words: tuple[str, str]) -> None:
    (tmp_path / "source").write_bytes(b"1 {}\n")
    assert run("import", tmp_path / "source", tmp_path / "a", *words).exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_info_in_json_has_every_figure(tmp_path: Path) -> None:
    assert run("synth", "itch50", tmp_path / "a", "--messages", 500).exit_code == 0
    figures = json.loads(run("info", "--json", tmp_path / "a").output)
    assert figures["messages"] == 500
    assert figures["synthetic"] is True
    assert figures["sha256_verified"] is True
    assert figures["channels"][0]["name"] == "itch"


def test_info_on_changed_payloads_shows_the_figures_and_fails(tmp_path: Path) -> None:
    run("synth", "fix", tmp_path / "a", "--messages", 10)
    content = (tmp_path / "a").read_bytes()
    (tmp_path / "a").write_bytes(content.replace(b"VENUE", b"other"))
    result = run("info", tmp_path / "a")
    assert "NOT the one that the feed states" in result.output
    assert "do not have the SHA-256" in str(error_of(result))


@pytest.mark.parametrize("protocol", ["json", "itch50", "fix"])
def test_feeds_are_made_up_alike_from_one_seed(tmp_path: Path, protocol: str) -> None:
    for name in ("a", "b"):
        made = run("synth", protocol, tmp_path / name, "--messages", 300, "--seed", 5)
        assert f"synthetic {protocol}: 300 messages, seed 5" in made.output
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    "words", [("--messages", "0"), ("--messages", "many"), ("--seed", "-1"), ("--speed", "2")]
)
def test_bad_options_are_bad_usage(tmp_path: Path, words: tuple[str, str]) -> None:
    assert run("synth", "json", tmp_path / "a", *words).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_an_arrow_table_of_another_tool_is_imported(tmp_path: Path) -> None:
    table = pa.table({"recv_ns": [1], "channel": ["c"], "payload": [b"x"]})
    write_table(tmp_path / "source", table, codec="zstd")
    assert run("import", tmp_path / "source", tmp_path / "a").exit_code == 0
    assert columns_of(tmp_path / "a") == table.to_pydict()


def test_a_channel_cannot_clear_the_screen(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b'1 {"stream":"\\u001b[2J"}\n')
    run("import", tmp_path / "source", tmp_path / "a")
    output = run("info", tmp_path / "a").output
    assert "\x1b" not in output
    assert "\\x1b[2J" in output
