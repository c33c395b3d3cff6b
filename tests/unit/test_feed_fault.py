"""Feeds that are broken on purpose."""

import hashlib
import math
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from latprobe.errors import FeedError
from latprobe.feed.change.chances import Chances
from latprobe.feed.change.fault import Faulted, fault_feed
from latprobe.feed.change.fault_plan import FAULT_KINDS, FaultPlan, parse_fault
from latprobe.feed.info import feed_info
from latprobe.feed.synth.synth import synth
from tests.changed_feeds import (
    Received,
    numbered,
    read_faults,
    read_feed,
    with_faults,
    without_faults,
    write_feed,
)
from tests.feeds import HEARTBEAT, REPOSITORY, SYSTEM_EVENT

KINDS = {kind.name: kind for kind in FAULT_KINDS}


def plan_of(**asked: str) -> FaultPlan:
    names = {name.replace("_", "-"): text for name, text in asked.items()}
    return FaultPlan({name: parse_fault(KINDS[name], text) for name, text in names.items()})


def broken(path: Path, seed: int = 1, **asked: str) -> Faulted:
    return fault_feed(path, path.with_name("out"), plan_of(**asked), seed)


def test_a_gap_leaves_a_message_out_and_keeps_it_in_the_list(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", numbered(list(range(50))))
    done = broken(path, gap="10%")
    _, faults, _ = read_faults(done.faults)
    gone = [fault["in"] for fault in faults]
    assert 0 < len(gone) < 15
    assert [it.recv_ns for it in read_feed(done.feed.path)] == [
        it for it in range(50) if it not in gone
    ]
    assert done.made["gap"] == len(gone)


def test_a_message_that_is_put_back_has_the_time_at_which_it_comes(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", numbered([it * 10 for it in range(200)]))
    done = broken(path, reorder="2%:5")
    _, faults, _ = read_faults(done.faults)
    received = read_feed(done.feed.path)
    assert faults
    for fault in faults:
        behind = min(fault["in"] + 5, 199)
        assert fault["recv_ns_after"] == behind * 10
        assert received[fault["out"]] == Received(behind * 10, "c", b"%d" % fault["in"])
    assert [it.recv_ns for it in received] == sorted(it.recv_ns for it in received)


def test_the_last_message_cannot_be_put_back(tmp_path: Path) -> None:
    done = broken(write_feed(tmp_path / "in", numbered([1])), reorder="100%")
    assert (done.made["reorder"], done.not_possible["reorder"]) == (0, 1)
    assert read_feed(done.feed.path) == numbered([1])


def test_flipped_bits_are_where_the_list_says(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", [(0, "c", bytes(4))] * 20)
    done = broken(path, flip="100%:3")
    _, faults, _ = read_faults(done.faults)
    for fault, message in zip(faults, read_feed(done.feed.path), strict=True):
        value = int.from_bytes(message.payload, "little")
        assert [bit for bit in range(32) if value >> bit & 1] == fault["bits"]
        assert len(fault["bits"]) == 3


def test_a_wrong_checksum_is_neither_the_right_one_nor_the_old(tmp_path: Path) -> None:
    already_wrong = HEARTBEAT.replace(b"10=161", b"10=162")
    sent = [(it, "fix", message) for it, message in enumerate([HEARTBEAT, already_wrong] * 200)]
    path = write_feed(tmp_path / "in", sent, protocol="fix")
    done = broken(path, bad_checksum="100%")
    found = {it.payload[-4:-1] for it in read_feed(done.feed.path)}
    assert b"161" not in found
    assert len(found) > 100
    assert all(it.payload[:-4] == HEARTBEAT[:-4] for it in read_feed(done.feed.path))
    info = feed_info(done.feed.path)
    assert (info.wrong_checksum, info.wrong_length) == (400, 0)


def test_a_message_without_a_checksum_is_passed_over_and_counted(tmp_path: Path) -> None:
    sent = [(0, "fix", HEARTBEAT), (1, "fix", b"35=0\x01")]
    done = broken(write_feed(tmp_path / "in", sent, protocol="fix"), bad_checksum="100%")
    assert (done.made["bad-checksum"], done.not_possible["bad-checksum"]) == (1, 1)


@pytest.mark.parametrize("protocol", ["json", "itch50", "fix"])
def test_a_stale_message_is_as_old_as_stated_and_right_but_for_that(
    tmp_path: Path, protocol: str
) -> None:
    synth(protocol, 300, 1, tmp_path / "in")
    before, done = feed_info(tmp_path / "in"), broken(tmp_path / "in", stale="100%:5s")
    after = feed_info(done.feed.path)
    assert before.lag is not None
    assert after.lag is not None
    assert done.made["stale"] == before.lag.spread.count
    assert round(after.lag.spread.mean - before.lag.spread.mean, 3) == 5 * 10**9
    assert (after.wrong_length, after.wrong_checksum) == (
        before.wrong_length,
        before.wrong_checksum,
    )
    assert after.size_bytes == before.size_bytes


def test_an_oversize_message_repeats_itself(tmp_path: Path) -> None:
    sent = [(0, "c", b"abc"), (1, "c", b""), (2, "c", bytes(9))]
    done = broken(write_feed(tmp_path / "in", sent), oversize="100%:8B")
    assert [it.payload for it in read_feed(done.feed.path)] == [b"abcabcab", bytes(8), bytes(9)]
    assert (done.made["oversize"], done.not_possible["oversize"]) == (2, 1)


def test_large_messages_are_made_few_at_a_time() -> None:
    assert plan_of(oversize="100%:16MiB").messages_at_once == 1
    assert plan_of(oversize="1%:64KiB").messages_at_once == 12_800
    assert plan_of(gap="1%").messages_at_once == 65_536


def test_an_empty_message_cannot_be_cut_or_flipped(tmp_path: Path) -> None:
    done = broken(write_feed(tmp_path / "in", [(0, "c", b"")]), truncate="50%", flip="50%")
    assert sum(done.made.values()) == 0
    assert sum(done.not_possible.values()) == 1


def test_rates_hold(tmp_path: Path) -> None:
    """Within five standard deviations of a binomial count, for a seed that is fixed."""
    count = 40_000
    path = write_feed(tmp_path / "in", [(it, "c", b"0123456789") for it in range(count)])
    asked = ("gap", "duplicate", "reorder", "truncate", "flip", "oversize")
    plan = plan_of(**dict.fromkeys(asked, "1.5%"))
    done = fault_feed(path, tmp_path / "out", plan, 11)
    for name in asked:
        deviation = math.sqrt(count * 0.015 * 0.985)
        assert abs(done.made[name] - count * 0.015) < 5 * deviation, name


def test_faults_fall_evenly_over_a_feed(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", [(it, "c", b"x") for it in range(20_000)])
    _, faults, _ = read_faults(broken(path, gap="10%").faults)
    tenths = Counter(fault["in"] // 2_000 for fault in faults)
    assert all(130 < tenths[it] < 270 for it in range(10))


def test_every_fault_at_once_leads_there_and_back_on_a_whole_feed(tmp_path: Path) -> None:
    synth("fix", 4_000, 1, tmp_path / "in")
    done = broken(
        tmp_path / "in",
        gap="3%",
        duplicate="3%",
        reorder="3%:7",
        truncate="3%",
        flip="3%:2",
        oversize="3%:4kB",
        bad_checksum="3%",
        stale="3%",
    )
    sent, received = read_feed(tmp_path / "in"), read_feed(done.feed.path)
    head, faults, end = read_faults(done.faults)
    assert with_faults(sent, faults) == received
    assert without_faults(received, faults) == sent
    assert head["in"]["sha256"] == hashlib.sha256(b"".join(it.payload for it in sent)).hexdigest()
    assert end["out"]["sha256"] == done.feed.sha256
    assert all(done.made[kind.name] > 60 for kind in FAULT_KINDS)
    assert [fault["out"] for fault in faults] == sorted(fault["out"] for fault in faults)


def test_the_sequence_numbers_of_a_broken_feed_tell_what_was_done(tmp_path: Path) -> None:
    """Gaps, duplicates and disorder that `feed info` finds are those that were made."""
    synth("fix", 5_000, 1, tmp_path / "in")
    done = broken(tmp_path / "in", gap="1%", duplicate="1%", reorder="1%:3")
    sequence = feed_info(done.feed.path).sequence
    assert sequence is not None
    assert sequence.missing == done.made["gap"]
    assert sequence.duplicates == done.made["duplicate"]
    # One message put back may be passed by another.
    assert 0 <= done.made["reorder"] - sequence.out_of_order <= 2


def test_the_same_seed_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    synth("json", 500, 1, tmp_path / "in")
    done = broken(tmp_path / "in", seed=3, gap="5%", flip="5%", stale="5%")
    first = (done.feed.path.read_bytes(), done.faults.read_bytes())
    again = [sys.executable, "-c", "from latprobe.cli.main import main; main()", "feed", "fault"]
    files = [str(tmp_path / name) for name in ("in", "again")]
    rates = ["--seed", "3", "--stale", "5%", "--flip", "5%", "--gap", "5%"]
    subprocess.run([*again, *files, *rates], cwd=REPOSITORY, check=True, capture_output=True)
    listed = tmp_path / "again.faults.jsonl"
    assert ((tmp_path / "again").read_bytes(), listed.read_bytes()) == first


def test_chance_is_the_same_on_every_machine() -> None:
    digest = hashlib.sha256(Chances(7).many(1_000).astype("<f8").tobytes()).hexdigest()
    assert digest == "04cb301accba852a0c21b67ed212be9d45ac980d3af38688805516990bc0bc0a"
    assert Chances(7, 1).one() != Chances(7, 0).one()


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"bad_checksum": "1%"}, "messages of protocol 'itch50' have no checksum that is known"),
        ({"gap": "100%"}, "no message is left"),
    ],
)
def test_a_fault_that_cannot_be_made_is_an_error_and_writes_nothing(
    tmp_path: Path, asked: dict[str, str], problem: str
) -> None:
    path = write_feed(tmp_path / "in", [(0, "c", SYSTEM_EVENT)], protocol="itch50")
    with pytest.raises(FeedError, match=problem):
        fault_feed(path, tmp_path / "out", plan_of(**asked), 1)
    assert [it.name for it in tmp_path.iterdir()] == ["in"]


def test_messages_of_no_known_protocol_cannot_be_stale(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", numbered([1]), protocol="")
    with pytest.raises(FeedError, match="a protocol not stated have no event time"):
        broken(path, stale="1%")


def test_the_list_does_not_take_the_place_of_a_feed(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", numbered([1, 2, 3]))
    for listed, problem in ((path, "is the feed to be changed"), (tmp_path / "out", "is the feed")):
        with pytest.raises(FeedError, match=problem):
            fault_feed(path, tmp_path / "out", plan_of(gap="50%"), 1, listed)
    assert [it.name for it in tmp_path.iterdir()] == ["in"]


def test_feed_and_list_appear_together_or_not_at_all(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", numbered(list(range(20))))
    (tmp_path / "folder").mkdir()
    with pytest.raises(FeedError, match="is not a regular file"):
        fault_feed(path, tmp_path / "out", plan_of(gap="10%"), 1, tmp_path / "folder")
    with pytest.raises(FeedError, match="is not a regular file"):
        fault_feed(path, tmp_path / "folder", plan_of(gap="10%"), 1, tmp_path / "listed")
    assert sorted(it.name for it in tmp_path.iterdir()) == ["folder", "in"]


def test_a_list_that_cannot_get_its_name_takes_the_feed_with_it(tmp_path: Path) -> None:
    path = write_feed(tmp_path / "in", numbered(list(range(20))))
    listed = tmp_path / "listed"

    def in_the_way(done: int, total: int) -> None:
        del done, total
        listed.mkdir()

    with pytest.raises(FeedError, match="listed: cannot be written"):
        fault_feed(path, tmp_path / "out", plan_of(gap="10%"), 1, listed, progress=in_the_way)
    assert sorted(it.name for it in tmp_path.iterdir()) == ["in", "listed"]


@pytest.mark.parametrize(
    "text", ["", "1", "101%", "-1%", "0.1", "1%:", "%", "1%:5", "1%:0ns", "nan%"]
)
def test_what_is_no_rate_or_age_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        parse_fault(KINDS["stale"], text)


def test_a_fault_without_a_size_refuses_one() -> None:
    with pytest.raises(ValueError, match="a gap has no size"):
        parse_fault(KINDS["gap"], "1%:3")


@pytest.mark.parametrize(("name", "text"), [("flip", "1%:65"), ("reorder", "1%:0")])
def test_a_size_beyond_its_limits_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match="is not a whole number from 1 to"):
        parse_fault(KINDS[name], text)


def test_an_oversize_message_is_no_larger_than_a_message_may_be() -> None:
    with pytest.raises(ValueError, match="16 MiB"):
        parse_fault(KINDS["oversize"], "1%:1GB")


def test_rates_add_up_to_a_whole_at_most() -> None:
    assert sum(it.rate for it in plan_of(gap="50%", flip="50%").faults.values()) == Fraction(1)
    with pytest.raises(ValueError, match="rates add up to 100% at most"):
        plan_of(gap="50%", flip="50.1%")
    with pytest.raises(ValueError, match="no fault is asked for"):
        plan_of(gap="0%")
