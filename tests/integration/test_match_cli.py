"""`latprobe feed match`, as a user types it, on recordings."""

import gzip
import json
import random
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from latprobe._core import Histogram
from latprobe.cli.main import latprobe
from latprobe.errors import FeedError, LatprobeError, ScenarioError
from latprobe.feed.messages import Messages
from latprobe.feed.writer import FeedWriter
from latprobe.run.matched import MatchPass
from latprobe.run.model import RunDocument
from latprobe.run.store import SCHEMA_PATH, read_run
from tests.feeds import recording
from tests.integration.test_feed_memory import peak_bytes

Rows = Sequence[tuple[int, bytes]]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def run(*words: object) -> Result:
    return CliRunner().invoke(latprobe, [str(word) for word in words])


def error_of(result: Result) -> LatprobeError:
    assert isinstance(result.exception, LatprobeError), result.output
    return result.exception


def write_feed(path: Path, rows: Rows, protocol: str = "json") -> Path:
    with FeedWriter(path, protocol=protocol, source="made up", importer="test 1") as writer:
        for recv_ns, content in rows:
            writer.append(recv_ns, "c", content)
    return path


def matched(*words: object) -> tuple[Result, RunDocument, MatchPass]:
    result = run("feed", "match", *words, "-o", "run.json")
    assert not isinstance(result.exception, LatprobeError), result.exception
    document = read_run(Path("run.json"))
    assert isinstance(document.forks[0].result, MatchPass)
    return result, document, document.forks[0].result


def gateway(path: Path, messages: int = 2_000) -> tuple[Path, Path]:
    """Events in JSON, and what a gateway made of them in FIX: 5 µs later and a bit."""
    start, chance = 1_700_000_000_000_000_000, random.Random(1)
    events, orders = [], []
    for number in range(messages):
        at = start + 1_000_000 * number + chance.randrange(1_000)
        events.append((at, b'{"e":"%s","id":%d}' % (b"buy" if number % 3 else b"sell", number)))
        took = 5_000 + chance.randrange(500)
        orders.append((at + took, b"8=FIX.4.4\x0135=D\x0111=%08d\x0110=000\x01" % number))
    return (
        write_feed(path / "events.feed", events),
        write_feed(path / "orders.feed", orders, "fix"),
    )


KEYS = ("--key", "json:id", "--out-key", "fix:11 as number")


def test_a_gateway_is_held_against_its_budgets(tmp_path: Path) -> None:
    events, orders = gateway(tmp_path)

    result, document, found = matched(
        events, orders, *KEYS, "--kind", "json:e", "--budget", "total: p90 < 6us",
        "--budget", "total[sell]: p90 < 6us", "--budget", "unmatched == 0", "--by-kind",
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    assert found.pairs.paired == 2_000
    assert {it.kind: it.count for it in found.kinds} == {"buy": 1_333, "sell": 667}
    assert "✔ pass  total[sell]: p90 < 6us" in result.output
    assert "exit code 0: every budget holds" in result.output
    assert document.target.library == ""
    assert [it.verdict for it in document.verdicts] == ["pass", "pass", "pass"]


@pytest.mark.parametrize(
    ("budgets", "code"),
    [
        (["total: p50 < 1us"], 1),
        (["total: allocations == 0"], 3),
        (["total: allocations == 0", "total: p50 < 1us"], 1),
        ([], 0),
    ],
)
def test_the_exit_code_is_as_of_any_run(tmp_path: Path, budgets: list[str], code: int) -> None:
    events, orders = gateway(tmp_path)

    words = [word for text in budgets for word in ("--budget", text)]

    assert matched(events, orders, *KEYS, *words)[0].exit_code == code


def test_json_tells_the_same_and_nothing_else(tmp_path: Path) -> None:
    events, orders = gateway(tmp_path)

    result = matched(events, orders, *KEYS, "--budget", "total: p50 < 6us", "--json")[0]

    told = json.loads(result.output)
    assert told["exit_code"] == 0
    assert told["runs"][0]["path"] == "run.json"
    assert told["runs"][0]["verdicts"][0]["verdict"] == "pass"


def test_show_plot_and_tail_read_what_was_written(tmp_path: Path) -> None:
    events, orders = gateway(tmp_path)
    matched(events, orders, *KEYS)

    assert "in steps of 1 ns" in run("show", "run.json").output
    assert run("plot", "run.json", "-o", "picture.svg").exit_code == 0
    tail = run("tail", "run.json").output
    assert "answered by message" in tail
    assert "8=FIX.4.4.35=D.1" in tail


def test_without_a_path_the_run_lies_where_runs_do(tmp_path: Path) -> None:
    events, orders = gateway(tmp_path)

    assert run("feed", "match", events, orders, *KEYS, "--name", "gw").exit_code == 0

    (path,) = Path("results/runs").iterdir()
    assert path.name.startswith("gw-")
    assert read_run(path).scenario.name == "gw"


def test_a_scenario_says_it_all_and_the_command_line_some_of_it_otherwise(tmp_path: Path) -> None:
    gateway(tmp_path)
    (tmp_path / "gateway.toml").write_text(
        """
        name = "gateway"
        description = "event to order"
        budgets = ["total: p90 < 6us"]
        pairs = [{ in = "events.feed", out = "orders.feed" }]

        [match]
        key = "json:id"
        out_key = "fix:11 as number"
        kind = "json:e"
        within = "1ms"
        """
    )

    result, document, _ = matched("--scenario", tmp_path / "gateway.toml", "--within", "2ms")

    assert result.exit_code == 0, result.output
    assert result.output.startswith("gateway  event to order")
    assert document.scenario.match is not None
    assert (document.scenario.match.within, document.scenario.match.kind) == ("2ms", "json:e")
    assert [it.budget for it in document.verdicts] == ["total: p90 < 6us"]
    # A scenario of two recordings is no scenario of a target.
    refused = error_of(run("run", tmp_path / "gateway.toml"))
    assert isinstance(refused, ScenarioError)
    assert "`latprobe feed match --scenario` reads it" in str(refused)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["events.feed"], "recordings are named in pairs"),
        ([], "name two recordings"),
        (["events.feed", "orders.feed"], "what is matched?"),
        (["events.feed", "orders.feed", "--key", "payload", "--each", "both"], "'both' is not one"),
    ],
)
def test_bad_usage_says_what_to_do(tmp_path: Path, words: list[str], problem: str) -> None:
    gateway(tmp_path)

    result = run("feed", "match", *words)

    assert result.exit_code == 2
    assert problem in result.output
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--key", "jsn:id"], "no key is found by `jsn`; did you mean `json`?\n    jsn:id\n    ^"),
        (["--key", "json:id", "--out-key", "fix:x"], "expected a tag"),
        (["--key", "json:id", "--kind", "json:"], "expected the name of a field"),
        (["--key", "json:id", "--within", "1"], "`within` is a time with its unit"),
        (["--key", "json:id", "--within", "2h"], "at most 1h"),
        (["--key", "json:id", "--clock-offset", "-x"], "`clock_offset` is a time"),
        (["--key", "json:id", "--granularity", "0ns"], "a time over 0"),
        (["--key", "json:id", "--clock-offset", "-1e9h"], "at most 10000h, and not `-1e9h`"),
        (["--key", "json:id", "--each", "all", "--reused", "oldest"], "is for `each = first`"),
        (["--key", "json:id", "--budget", "parse: p50 < 1us"], "unknown stage `parse`"),
        (["--key", "json:id", "--budget", "total: p50 < 1"], "the limit has no unit"),
        (["--key", "json:id", "--name", "../x"], "regex"),
        (["--key", "json:id", "--scenario", "none.toml"], "cannot be read"),
    ],
)
def test_bad_input_ends_before_anything_is_matched(
    tmp_path: Path, words: list[str], problem: str
) -> None:
    gateway(tmp_path)

    assert problem in str(error_of(run("feed", "match", "events.feed", "orders.feed", *words)))
    assert not Path("results").exists()


def test_a_missing_or_damaged_recording_is_named(tmp_path: Path) -> None:
    events, orders = gateway(tmp_path)
    missing = error_of(run("feed", "match", events, "none.feed", *KEYS))
    assert isinstance(missing, FeedError)
    assert "none.feed: cannot be read" in str(missing)

    content = orders.read_bytes()
    orders.write_bytes(content[: len(content) // 2])
    assert "ends early" in str(error_of(run("feed", "match", events, orders, *KEYS)))


def test_a_recording_is_imported_on_the_way_and_matched_with_exactly_known_times(
    tmp_path: Path,
) -> None:
    """A recording of a market against a copy: delayed, jittered, with losses."""
    source = recording("binance-usdm-btcusdt-20240808.ndjson.gz")
    with gzip.open(source) as file:
        frames = [line.rstrip(b"\n").split(b" ", 1) for line in file]
    chance, rows, expected, seen = random.Random(1), [], Histogram(), set()
    for at, frame in frames:
        if chance.random() < 0.01 or frame in seen:
            continue
        seen.add(frame)
        took = round(chance.lognormvariate(9, 0.5))
        expected.record(took)
        rows.append((int(at) + took, frame))
    rows.sort(key=lambda it: it[0])

    result, document, found = matched(
        source, write_feed(tmp_path / "out.feed", rows), "--key", "payload", "--kind", "json:data.e"
    )

    assert result.exit_code == 0, result.output
    total = next(it for it in document.figures if it.kind is None)
    assert total.histogram is not None
    assert Histogram.decode(total.histogram).counts() == expected.counts()
    assert found.pairs.paired == len(rows)
    assert found.pairs.unanswered == len(frames) - len(rows)
    assert {it.kind for it in found.kinds} >= {"trade", "bookTicker", "depthUpdate"}
    assert document.feed.name == source.name


def cme_packets() -> Iterator[tuple[str, int, bytes]]:
    """Line, capture time and UDP payload of each packet of the CME recording, a pcapng file.

    Only what this file has of the format (draft-ietf-opsawg-pcapng): little-endian Enhanced Packet
    Blocks in nanoseconds, and in them Ethernet, IPv4 and UDP.
    """
    content = recording("cme-mdp3-sbe-v6.1.pcapng").read_bytes()
    at = 0
    while at < len(content):
        block, length = struct.unpack_from("<II", content, at)
        if block == 6:
            high, low, captured = struct.unpack_from("<III", content, at + 12)
            packet = content[at + 28 : at + 28 + captured]
            udp = 14 + 4 * (packet[14] & 15)
            (size,) = struct.unpack_from(">H", packet, udp + 4)
            line = {"224.0.31.64": "A", "224.0.32.64": "B"}[".".join(map(str, packet[30:34]))]
            yield line, high << 32 | low, packet[udp + 8 : udp + size]
        at += length


def test_two_lines_of_one_exchange_are_matched_by_payload_and_by_sequence_number(
    tmp_path: Path,
) -> None:
    lines: dict[str, list[tuple[int, bytes]]] = {"A": [], "B": []}
    for line, ns, content in cme_packets():
        lines[line].append((ns, content))
    feeds = [write_feed(tmp_path / f"{line}.feed", rows, "cme") for line, rows in lines.items()]
    arrived = {content: ns for ns, content in lines["A"]}
    apart = [ns - arrived[content] for ns, content in lines["B"]]
    expected = Histogram()
    for ns in apart:
        if ns >= 0:
            expected.record(ns)

    by_payload = matched(*feeds, "--key", "payload")[2]
    by_sequence = matched(*feeds, "--key", "le32@0")[2]

    assert len(arrived) == 5_000
    for found in (by_payload, by_sequence):
        assert found.pairs.paired == expected.count > 0
        assert found.pairs.early == sum(ns < 0 for ns in apart)
        assert found.pairs.uncaused == 0
        assert Histogram.decode(found.kinds[0].histogram).counts() == expected.counts()
        assert found.kinds[0].sum_ns == sum(ns for ns in apart if ns >= 0)


def test_several_pairs_are_several_recordings(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    pairs = [path for name in "ab" for path in gateway(tmp_path / name, 1_000)]

    result, document, _ = matched(*pairs, *KEYS, "--budget", "total: p50 < 6us")

    assert result.exit_code == 0
    assert [fork.index for fork in document.forks] == [0, 1]
    assert "out 2" in result.output
    assert "one pair of recordings" not in result.output


def test_matching_takes_flat_memory(tmp_path: Path) -> None:
    """Eight times as much to match takes the same memory: a second of messages is remembered."""
    matching = (
        "import sys; from click.testing import CliRunner; from latprobe.cli.main import latprobe; "
        "words = ['feed', 'match', *sys.argv[1:3], '--key', 'bytes@0:8', '-o', sys.argv[3]]; "
        "assert CliRunner().invoke(latprobe, words).exit_code == 0"
    )
    peaks = []
    for messages in (20_000, 160_000):
        names = [tmp_path / f"{messages}.{side}" for side in ("in", "out", "json")]
        for name, delay_ns in zip(names[:2], (0, 7_001), strict=True):
            with FeedWriter(name, protocol="x", source="x", importer="x 1") as writer:
                for first in range(0, messages, 10_000):
                    numbers = range(first, first + 10_000)
                    times = [1_000_000 * number + delay_ns for number in numbers]
                    contents = [number.to_bytes(8, "big") + bytes(700) for number in numbers]
                    writer.extend(Messages(times, ["c"] * len(numbers), contents))
        peaks.append(peak_bytes(matching, *names))
        found = read_run(names[2]).forks[0].result
        assert isinstance(found, MatchPass)
        assert (found.pairs.paired, found.pairs.unanswered) == (messages, 0)

    grown = sum((tmp_path / f"160000.{side}").stat().st_size for side in ("in", "out"))
    assert grown > 220 * 10**6
    assert peaks[1] - peaks[0] < 30 * 10**6


def test_the_document_follows_the_schema_that_is_checked_in(tmp_path: Path) -> None:
    events, orders = gateway(tmp_path, 100)
    matched(events, orders, *KEYS)

    definitions = json.loads(SCHEMA_PATH.read_text())["$defs"]
    content = msgspec.json.decode(Path("run.json").read_bytes())
    found = content["forks"][0]["result"]

    assert found["collector"] == "match"
    assert set(found) == set(definitions["MatchPass"]["properties"])
    assert set(found["pairs"]) == set(definitions["PairCounts"]["properties"])
