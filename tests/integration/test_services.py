"""asyncio targets from scenario to run document, with real sockets and servers on loopback."""

import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import latprobe
from tests.integration.conftest import Bench, Outcome

TARGETS = Path(__file__).parent / "targets"
REFERENCE = Path(__file__).parents[2] / "targets" / "python"
HAS_UVLOOP = importlib.util.find_spec("uvloop") is not None


def run(
    bench: Bench,
    asyncio: str,
    *budgets: str,
    messages: list[bytes] | None = None,
    target: str = "",
    drive: str = 'mode = "rate"\nrate = "2k/s"\nforks = 1\nwarmup = 20\nmessages = 200',
    path: Path = TARGETS,
    timeout_s: float = 30,
) -> Outcome:
    feed = bench.feed(messages or [b"%d" % number for number in range(400)])
    scenario = bench.folder / "service.toml"
    scenario.write_text(
        f'name = "service"\nfeed = "{feed}"\nbudgets = {json.dumps(budgets)}\n'
        f"limits = {{ timeout_s = {timeout_s} }}\n"
        f'[target]\nasyncio = "{asyncio}"\npath = ["{path}"]\n'
        f"{target}\n[drive]\n{drive}\n"
    )
    return bench.run(scenario)


def result_of(document: dict[str, Any], collector: str = "service") -> dict[str, Any]:
    (fork,) = [it for it in document["forks"] if it["collector"] == collector]
    assert fork["failure"] is None
    return dict(fork["result"])


def rows_of(result: dict[str, Any]) -> dict[str, int]:
    return {it["row"]: it["times"]["count"] for it in result["times"]}


def test_a_service_that_is_called_says_all_that_is_watched(bench: Bench) -> None:
    outcome = run(bench, "small_service:Echo", "errors == 0", "market depth: max < 1000")

    assert outcome.code == 0, outcome.out + outcome.err
    result = result_of(bench.document)
    assert (result["messages"], result["decided"], result["acknowledged"]) == (200, 200, 20)
    counts = rows_of(result)
    assert counts["receive"] == counts["message_to_decision"] == 200
    assert counts["decision_to_acknowledged"] == 20
    assert counts["market wait"] == 200
    assert counts["orders wait"] == counts["orders hold"] == counts["sign"] == 20
    assert counts["loop lag"] > 0
    assert result_of(bench.document, "switches")["switches"] > 0
    assert "task switches" in outcome.out
    assert "market depth" in outcome.out


def test_a_service_receives_over_a_real_websocket(bench: Bench) -> None:
    outcome = run(bench, "small_service:Echo", "errors == 0", target='transport = "websocket"')

    assert outcome.code == 0, outcome.out + outcome.err
    result = result_of(bench.document)
    assert (result["messages"], result["decided"]) == (200, 200)
    assert rows_of(result)["receive"] == 200
    assert result["sender_late"]["count"] >= 200
    assert "over a WebSocket on loopback" in outcome.out


def test_a_connection_that_ends_early_is_said_with_the_message_in_hand(bench: Bench) -> None:
    outcome = run(bench, "small_service:Leaves", target='transport = "websocket"')

    assert outcome.code == 2
    assert "`connect` ended before all messages were there: RuntimeError: enough" in outcome.out
    (fork,) = [it for it in bench.document["forks"] if it["collector"] == "service"]
    assert fork["failure"]["message"] == 7


def test_an_audit_names_the_lines_of_a_service(bench: Bench) -> None:
    pytest.importorskip("memray")
    feed = bench.feed([b"%d" % number for number in range(200)])
    path = bench.folder / "service.toml"
    path.write_text(
        f'name = "service"\nfeed = "{feed}"\nlimits = {{ timeout_s = 60 }}\n'
        f'[target]\nasyncio = "small_service:Keeps"\npath = ["{TARGETS}"]\n'
        '[drive]\nmode = "rate"\nrate = 200\nwarmup = 10\nmessages = 100\n'
    )

    outcome = bench.latprobe("audit", path, "--json")

    assert outcome.code == 0, outcome.err
    messages = outcome.json["messages"]
    # Those that came between the warm-up and the tracer's start are not among them.
    assert 0 < messages <= 100
    rows = {it["source"]: it["counts"] for it in outcome.json["sites"]}
    kept = rows["self.kept.append(bytes(1_000))"]
    assert kept["allocations"] >= messages
    assert kept["bytes"] >= messages * 1_000
    # In a task behind a queue.
    assert rows["bytearray(2_000)"]["freed_within"] > 0
    own = f"{Path(latprobe.__file__).parent}/"
    assert not [it for it in outcome.json["sites"] if (it["file"] or "").startswith(own)]


@pytest.mark.parametrize(
    ("service", "config", "code", "words"),
    [
        ("Echo", '{"slow_s": 0.001}', 0, "2,000 of 2,000 messages were decided on"),
        ("Leaves", "{}", 1, "refused at message 7: `connect` ended before"),
        ("Echo", '{"no": 1}', 2, "cannot be made with a probe"),
    ],
)
def test_a_service_is_checked_by_its_name(
    bench: Bench, service: str, config: str, code: int, words: str
) -> None:
    shutil.copy(TARGETS / "small_service.py", bench.folder)

    outcome = bench.latprobe(
        "target", "check", f"asyncio:small_service:{service}", "--config", config
    )

    assert outcome.code == code
    assert words in outcome.out + outcome.err


@pytest.mark.skipif(not HAS_UVLOOP, reason="uvloop is not installed")
def test_a_coroutine_alone_is_a_service_in_either_loop(bench: Bench) -> None:
    outcome = run(bench, "small_service:handle", "errors == 0", target='loop = "uvloop"')

    assert outcome.code == 0, outcome.out + outcome.err
    result = result_of(bench.document)
    assert result["loop"].startswith("uvloop ")
    assert result["decided"] == 200
    assert set(rows_of(result)) == {"receive", "message_to_decision", "loop lag"}


def test_what_a_service_raises_counts_as_errors(bench: Bench) -> None:
    messages = [b"bad" if number % 4 == 0 else b"good" for number in range(400)]

    outcome = run(bench, "small_service:Echo", "errors < 1%", messages=messages)

    assert outcome.code == 1
    result = result_of(bench.document)
    # Those of the warm-up do not count.
    assert result["errors"] == {"ValueError": 50}
    assert result["error_examples"] == {"ValueError": "this message is bad"}


@pytest.mark.parametrize(
    ("service", "code", "words"),
    [
        ("Stops", 4, "hung at message 3: no message was finished in 2 s"),
        ("Crashes", 4, "ended with exit code 17"),
        ("Hangs", 2, "`stop` did not return in 2 s"),
    ],
)
def test_a_service_that_does_not_end_well_ends_its_fork(
    bench: Bench, service: str, code: int, words: str
) -> None:
    outcome = run(bench, f"small_service:{service}", timeout_s=2)

    assert outcome.code == code
    assert words in outcome.out


@pytest.mark.parametrize(
    ("asyncio", "target", "words"),
    [
        ("small_service:nobody", "", "small_service has no 'nobody'"),
        ("no_module:create", "", "cannot import no_module"),
        ("small_service:not_a_service", "", "which has neither `on_message(sequence, payload)`"),
        ("small_service:Echo", "config = { fast = true }", "cannot be made with a probe"),
        ("small_service:handle", 'transport = "websocket"', "has no `connect(url)`"),
    ],
)
def test_what_is_no_service_is_refused_before_anything_runs(
    bench: Bench, asyncio: str, target: str, words: str
) -> None:
    outcome = run(bench, asyncio, target=target)

    assert outcome.code == 2
    assert words in outcome.err


BOOK = b'{"stream":"x@bookTicker","data":{"e":"bookTicker","s":"X","b":"%d.5","a":"%d.7"}}'
BOOK_UPDATES = [BOOK % (number, number) for number in range(60_000, 60_400)]


def _checksum_of_book() -> str:
    """FNV-1a over what the service says it understood, in the words of docs/TARGETS.md."""
    checksum = 0xCBF29CE484222325
    for number in range(60_000, 60_400):
        for field in (b'"%d.5"' % number, b'"%d.7"' % number, b"", b""):
            for byte in len(field).to_bytes(8, "little") + field:
                checksum = ((checksum ^ byte) * 0x100000001B3) % 2**64
    return f"{checksum:016x}"


@pytest.mark.parametrize("faults", ["[]", '["all"]'])
def test_the_reference_service_has_orders_acknowledged_by_a_real_server(
    bench: Bench, faults: str
) -> None:
    pytest.importorskip("aiohttp")
    outcome = run(
        bench,
        "market_making:create",
        "errors == 0",
        messages=BOOK_UPDATES,
        target=f"config = {{ faults = {faults}, requote_s = 0.01 }}",
        path=REFERENCE,
    )

    assert outcome.code == 0, outcome.out + outcome.err
    result = result_of(bench.document)
    assert result["decided"] == 200
    assert result["acknowledged"] > 0
    if faults != "[]":
        assert result["superseded"] == 0  # who publishes waits for the consumer
    # With faults or without, the same was understood of all of the feed.
    (kind,) = result_of(bench.document, "digest")["kinds"]
    assert (kind["kind"], kind["messages"], kind["understood"]) == ("bookTicker", 400, 400)
    assert kind["checksum"] == _checksum_of_book()
    counts = rows_of(result)
    # Those that were on their way when the warm-up ended count in part.
    assert min(counts[it] for it in ("round_trip", "sign", "orders wait", "orders hold")) > 0


@pytest.mark.skipif(not HAS_UVLOOP, reason="uvloop is not installed")
def test_the_reference_service_has_its_orders_acknowledged_in_the_other_loop(bench: Bench) -> None:
    pytest.importorskip("aiohttp")
    outcome = run(
        bench,
        "market_making:create",
        "errors == 0",
        messages=BOOK_UPDATES,
        target='config = { requote_s = 0.01 }\nloop = "uvloop"',
        path=REFERENCE,
    )

    assert outcome.code == 0, outcome.out + outcome.err
    assert result_of(bench.document)["acknowledged"] > 0


def test_the_reference_service_knows_its_faults(bench: Bench) -> None:
    pytest.importorskip("aiohttp")
    outcome = run(
        bench, "market_making:create", target='config = { faults = ["typo"] }', path=REFERENCE
    )

    assert outcome.code == 2
    assert "no fault is called typo: there are waits_for_consumer" in outcome.err
