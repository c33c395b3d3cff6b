"""Made-up feeds: what they promise to hold."""

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from latprobe.errors import FeedError
from latprobe.feed.importers.import_feed import import_feed
from latprobe.feed.importers.itch50_lengths import MESSAGE_BYTES
from latprobe.feed.info.info import feed_info
from latprobe.feed.synth.synth import synth
from tests.feeds import columns_of, leftovers, length_prefixed

PROTOCOLS = ["json", "itch50", "fix"]


def made(folder: Path, protocol: str, messages: int, seed: int = 1) -> dict[str, list[object]]:
    synth(protocol, messages, seed, folder / "made.feed")
    return columns_of(folder / "made.feed")


def payloads(folder: Path, protocol: str, messages: int) -> list[bytes]:
    return [
        bytes(it) for it in made(folder, protocol, messages)["payload"] if isinstance(it, bytes)
    ]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_made_up_feed_says_what_it_is(tmp_path: Path, protocol: str) -> None:
    feed = synth(protocol, 50, 9, tmp_path / "a.feed")
    assert feed.source == f"synthetic {protocol}: 50 messages, seed 9"
    assert feed.synthetic
    assert feed.protocol == protocol
    assert re.fullmatch(rf"synth-{protocol} \d+", feed.importer)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("messages", [1, 2, 137, 5000])
def test_it_has_as_many_messages_as_asked_for(tmp_path: Path, protocol: str, messages: int) -> None:
    assert synth(protocol, messages, 1, tmp_path / "a.feed").messages == messages


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_another_seed_gives_other_messages(tmp_path: Path, protocol: str) -> None:
    assert made(tmp_path, protocol, 500, 1) != made(tmp_path, protocol, 500, 2)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_messages_arrive_in_order_and_in_bursts(tmp_path: Path, protocol: str) -> None:
    times = [int(str(it)) for it in made(tmp_path, protocol, 5000)["recv_ns"]]
    assert times == sorted(times)
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    mean = sum(gaps) / len(gaps)
    # Most gaps are far below the mean; steady or Poisson arrivals would have few or none there.
    assert gaps[len(gaps) // 2] < mean / 20
    assert gaps[-1] > mean * 20


def test_frames_are_of_every_kind_and_like_the_real_ones(tmp_path: Path) -> None:
    frames = [json.loads(it) for it in payloads(tmp_path, "json", 20_000)]
    kinds = Counter(frame["data"]["e"] for frame in frames)
    assert kinds.keys() == {"bookTicker", "trade", "aggTrade", "depthUpdate", "markPriceUpdate"}
    assert kinds["bookTicker"] > kinds["trade"] > kinds["depthUpdate"] / 2 > 0
    levels = sorted(
        len(frame["data"]["b"]) + len(frame["data"]["a"])
        for frame in frames
        if frame["data"]["e"] == "depthUpdate"
    )
    assert 10 <= levels[len(levels) // 2] <= 40
    assert levels[-1] > 300


def test_the_book_of_depth_updates_is_never_crossed(tmp_path: Path) -> None:
    books: dict[str, tuple[dict[float, float], dict[float, float]]] = {}
    last: dict[str, int] = {}
    for payload in payloads(tmp_path, "json", 20_000):
        data = json.loads(payload)["data"]
        if data["e"] != "depthUpdate":
            continue
        assert last.get(data["s"], data["pu"]) == data["pu"] < data["U"] <= data["u"]
        last[data["s"]] = data["u"]
        book = books.setdefault(data["s"], ({}, {}))
        for side, levels in zip(book, (data["b"], data["a"]), strict=True):
            for price, quantity in levels:
                side[float(price)] = float(quantity)
        bids, asks = ({price for price, size in side.items() if size} for side in book)
        assert not bids or not asks or max(bids) < min(asks)
    assert len(books) == 4


def test_prices_and_quantities_have_8_decimals_at_most(tmp_path: Path) -> None:
    for payload in payloads(tmp_path, "json", 20_000):
        decimals = [len(it) for it in re.findall(rb'"-?[0-9]+\.([0-9]+)"', payload)]
        assert decimals
        assert max(decimals) <= 8


def test_the_touch_of_book_tickers_is_never_crossed(tmp_path: Path) -> None:
    frames = [json.loads(it)["data"] for it in payloads(tmp_path, "json", 5000)]
    tickers = [frame for frame in frames if frame["e"] == "bookTicker"]
    assert all(0 < float(ticker["b"]) < float(ticker["a"]) for ticker in tickers)
    assert len({ticker["b"] for ticker in tickers}) > 100


def test_itch_messages_are_of_every_type_and_of_its_length(tmp_path: Path) -> None:
    messages = payloads(tmp_path, "itch50", 5000)
    assert {chr(message[0]) for message in messages} == MESSAGE_BYTES.keys()
    assert all(len(message) == MESSAGE_BYTES[chr(message[0])] for message in messages)


def test_itch_orders_live_as_the_protocol_says(tmp_path: Path) -> None:
    shares: dict[int, int] = {}
    for message in payloads(tmp_path, "itch50", 20_000):
        kind, body = message[:1], message[11:]
        reference = int.from_bytes(body[:8], "big")
        if kind in b"AF":
            assert reference not in shares
            shares[reference] = int.from_bytes(body[9:13], "big")
            assert shares[reference] > 0
        elif kind in b"ECX":
            shares[reference] -= int.from_bytes(body[8:12], "big")
            assert shares[reference] >= 0
            if not shares[reference]:
                del shares[reference]
        elif kind == b"D":
            del shares[reference]
        elif kind == b"U":
            del shares[reference]
            shares[int.from_bytes(body[8:16], "big")] = int.from_bytes(body[16:20], "big")
    assert shares


def test_the_itch_book_is_never_crossed(tmp_path: Path) -> None:
    orders: dict[int, tuple[int, bytes, int]] = {}
    left: dict[int, int] = {}
    for message in payloads(tmp_path, "itch50", 6000):
        kind, stock, body = message[:1], int.from_bytes(message[1:3], "big"), message[11:]
        reference = int.from_bytes(body[:8], "big")
        if kind in b"AF":
            orders[reference] = (stock, body[8:9], int.from_bytes(body[21:25], "big"))
            left[reference] = int.from_bytes(body[9:13], "big")
        elif kind in b"ECX":
            left[reference] -= int.from_bytes(body[8:12], "big")
        elif kind == b"U":
            side = orders.pop(reference)[1]
            reference = int.from_bytes(body[8:16], "big")
            orders[reference] = (stock, side, int.from_bytes(body[20:24], "big"))
            left[reference] = int.from_bytes(body[16:20], "big")
        if kind == b"D" or left.get(reference) == 0:
            del orders[reference], left[reference]
        if kind in b"AFU":
            own = [order for order in orders.values() if order[0] == stock]
            bids = [price for _, side, price in own if side == b"B"]
            asks = [price for _, side, price in own if side == b"S"]
            assert not bids or not asks or max(bids) < min(asks)


def test_nothing_trades_in_a_stock_that_is_halted(tmp_path: Path) -> None:
    halted: set[bytes] = set()
    halts = 0
    for message in payloads(tmp_path, "itch50", 20_000):
        stock = message[1:3]
        if message[:1] == b"H":
            halts += message[19:20] == b"H"
            (halted.add if message[19:20] == b"H" else halted.discard)(stock)
        assert message[:1] not in b"AFECUP" or stock not in halted
    assert halts > 3


def test_an_itch_day_begins_with_directories_and_ends_with_its_end(tmp_path: Path) -> None:
    messages = payloads(tmp_path, "itch50", 1000)
    events = [message[11:12] for message in messages if message[:1] == b"S"]
    assert events == [b"O", b"S", b"Q", b"M", b"E", b"C"]
    assert messages[0][:1] == b"S"
    assert messages[-1][:1] == b"S"
    listed = {message[1:3] for message in messages if message[:1] == b"R"}
    first_order = next(n for n, message in enumerate(messages) if message[:1] in b"AF")
    assert all(message[:1] != b"R" for message in messages[first_order:])
    assert {message[1:3] for message in messages if message[:1] in b"AF"} <= listed


def test_fix_messages_have_the_right_length_and_checksum(tmp_path: Path) -> None:
    kinds: Counter[bytes] = Counter()
    for number, message in enumerate(payloads(tmp_path, "fix", 3000), start=1):
        begin, length, rest = message.split(b"\x01", 2)
        assert begin == b"8=FIX.4.4"
        body, _, checksum = rest.rpartition(b"10=")
        assert length == b"9=%d" % len(body)
        assert checksum == b"%03d\x01" % (sum(message[: -len(checksum) - 3]) % 256)
        fields = [field.split(b"=", 1) for field in body.split(b"\x01")[:-1]]
        values = {field[0]: field[1] for field in fields}
        assert int(values[b"34"]) == number
        kinds[values[b"35"]] += 1
        entries = sum(tag == b"269" for tag, _ in fields)
        assert entries == int(values.get(b"268", 0))
        assert values[b"35"] != b"X" or 1 <= entries <= 4
    assert kinds.keys() == {b"X", b"W", b"0"}
    assert kinds[b"X"] > 0.9 * kinds.total()


@pytest.mark.parametrize(
    ("protocol", "joined"), [("itch50", length_prefixed), ("fix", None), ("json", None)]
)
def test_what_is_made_up_can_be_imported_again(
    tmp_path: Path, protocol: str, joined: type | None
) -> None:
    messages = payloads(tmp_path, protocol, 2000)
    content = joined(*messages) if joined else b"\n".join(messages)
    (tmp_path / "source").write_bytes(content)
    feed = import_feed(tmp_path / "source", tmp_path / "again.feed")
    assert feed.protocol == protocol
    assert columns_of(tmp_path / "again.feed")["payload"] == messages


def test_progress_ends_with_all_messages(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    synth("fix", 5000, 1, tmp_path / "a", progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (5000, 5000)


@pytest.mark.parametrize(
    ("protocol", "messages", "seed", "problem"),
    [
        ("pcap", 1, 1, "there are json, itch50, fix"),
        ("json", 0, 1, "at least one message"),
        ("json", 1, -1, "a seed from 0"),
    ],
)
def test_what_cannot_be_made_up_is_refused(
    tmp_path: Path, protocol: str, messages: int, seed: int, problem: str
) -> None:
    with pytest.raises(FeedError, match=problem):
        synth(protocol, messages, seed, tmp_path / "a.feed")
    assert leftovers(tmp_path) == []


def test_made_up_frames_are_numbered_without_a_gap(tmp_path: Path) -> None:
    synth("json", 5000, 9, tmp_path / "a.feed")
    found = feed_info(tmp_path / "a.feed").sequence
    assert found is not None
    assert found.messages > 4000
    assert (found.gaps, found.duplicates, found.out_of_order) == (0, 0, 0)
