"""What `latprobe tail` prints."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from latprobe.cli.tail import tail
from latprobe.report.hexdump import hexdump
from latprobe.report.table import print_run
from latprobe.report.tail import print_tail, time_in_feed
from latprobe.run.platform import Usage
from latprobe.run.slow_message import Stall
from latprobe.run.store import read_run, write_run
from tests.report_cases import AFTER
from tests.report_snapshots import assert_matches, on_terminal, plain
from tests.runs import MadeRun, platform
from tests.slow_messages import slow_message

ORDER = bytes.fromhex("41000100001f1b2b59db800000000000665b4200000064415359534e202020000bbddc")
TAILED = replace(
    AFTER,
    tails=[
        [
            slow_message(
                49_477,
                86_000.0,
                [11.6, 85_400.0, 272.0, None, None],
                content=ORDER,
                stall=Stall(40.06, 80_120.5),
            ),
            slow_message(212, 2_000.0, [1_950.0, 3.0, 20.0, 9.0, 18.0], content=b"x" * 300),
        ],
        [
            slow_message(212, 2_010.0, [1_960.0, 3.0, 20.0, 9.0, 18.0], content=b"x" * 300),
            slow_message(
                90, 1_200.0, 5 * [None], kind=None, content=b"\x1b[2J", stall=Stall(-80.0, 300.0)
            ),
        ],
    ],
    replays=[{49_477: 74.0, 212: 1_990.0, 90: 8.0}, {49_477: 75.0, 212: 2_020.0, 90: 4.0}],
    platform=platform({1_500: 600, 80_000: 48}),
    usage=Usage(0.5, 0.49, 3, 1, 0, 6),
)


def test_the_slowest_messages_are_printed_with_all_that_is_known() -> None:
    assert_matches("tail_plain.txt", plain(lambda it: print_tail(TAILED.document(), it)))


def test_the_slowest_messages_fit_a_terminal() -> None:
    text = on_terminal(lambda it: print_tail(TAILED.document(), it), 80)

    assert_matches("tail_terminal_80.txt", text)
    assert all(len(line) <= 80 for line in text.splitlines())


def test_one_pass_alone_is_printed_without_the_bytes_where_nobody_wants_them() -> None:
    report = plain(lambda it: print_tail(TAILED.document(), it, fork=1, with_bytes=False))

    assert_matches("tail_of_one_pass.txt", report)


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (AFTER, "it was written before they were kept"),
        (replace(AFTER, times={}, allocations={}), "it has no latency pass"),
    ],
)
def test_a_run_without_slow_messages_says_why(run: MadeRun, words: str) -> None:
    text = plain(lambda it: print_tail(run.document(), it))

    assert words in text
    assert "no idle control watched the platform" in text


def test_the_table_of_a_run_says_what_its_control_saw() -> None:
    text = plain(lambda it: print_run(TAILED.document(), it))

    assert "platform  an idle control beside the forks, CPU 0, 1.0 s: 648 stalls/s" in text


def test_json_says_the_same_for_programs(tmp_path: Path) -> None:
    path = write_run(TAILED.document(), tmp_path)

    printed = CliRunner().invoke(tail, [str(path), "--json"])

    content = json.loads(printed.output)
    assert (content["scenario"], content["passes"]) == ("engine-after", 2)
    first, second, third = content["messages"]
    assert first["stages_ns"] == {
        "parse": 11.6,
        "book": 85_400.0,
        "risk": 272.0,
        "route": None,
        "decide": None,
    }
    assert (first["feed_message"], first["stall"]) == (
        477,
        {"start_ns": 40.06, "length_ns": 80_120.5},
    )
    assert (second["passes"], second["slow_by"], second["fork"]) == (2, "nature", 1)
    assert (third["kind"], third["bytes"], third["slow_by"]) == (None, "G1sySg==", "chance")


def test_a_document_from_before_tails_were_kept_is_still_read(tmp_path: Path) -> None:
    path = write_run(TAILED.document(), tmp_path)
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["platform"]
    content["forks"] = [it for it in content["forks"] if it["collector"] != "tail"]
    for fork in content["forks"]:
        del fork["resources"]["migrations"], fork["resources"]["migrations_unsupported"]
        fork["result"].pop("tail", None)
        del fork["usage"]
    path.write_text(json.dumps(content), encoding="utf-8")

    run = read_run(path)

    assert run.platform is None
    assert run.forks[0].resources.migrations is None


@pytest.mark.parametrize(
    ("recv_ns", "text"),
    [
        (0, "1970-01-01T00:00:00.000000000Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
        (1_577_698_200_000_000_001, "2019-12-30T09:30:00.000000001Z"),
        (2**63 - 1, "2262-04-11T23:47:16.854775807Z"),
        (-(2**63), "1677-09-21T00:12:43.145224192Z"),
    ],
)
def test_times_in_the_feed_are_said_to_the_nanosecond(recv_ns: int, text: str) -> None:
    assert time_in_feed(recv_ns) == text


@given(st.binary(max_size=300))
def test_a_hexdump_has_every_byte_and_no_power_over_a_terminal(content: bytes) -> None:
    lines = list(hexdump(content))

    assert b"".join(bytes.fromhex(line[6:54]) for line in lines) == content
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert [line[:4] for line in lines] == [f"{it:04x}" for it in range(0, len(content), 16)]
