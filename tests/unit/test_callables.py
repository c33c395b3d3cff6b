"""Python callables as targets: what they are handed, and what becomes of their answers."""

import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from latprobe import _core, probe
from latprobe.callables.resolve import Made
from tests.callables import Replayed

MESSAGES = [b"alpha", b"be", b"", b"gamma-gamma"]


def checksum_of(*parts: bytes) -> str:
    """FNV-1a, spelled out as docs/TARGETS.md does."""
    checksum = 0xCBF29CE484222325
    for byte in b"".join(parts):
        checksum = ((checksum ^ byte) * 0x100000001B3) % 2**64
    return f"{checksum:016x}"


def integer(value: int) -> bytes:
    return value.to_bytes(8, "little", signed=True)


def text(value: bytes) -> bytes:
    return len(value).to_bytes(8, "little") + value


def test_a_callable_sees_each_message_as_a_read_only_view(tmp_path: Path) -> None:
    seen = []

    def on_message(payload: memoryview) -> None:
        assert (payload.readonly, payload.format, payload.ndim) == (True, "B", 1)
        seen.append((bytes(payload), len(payload), payload.shape, hash(payload)))

    Replayed(tmp_path, MESSAGES, on_message).digest()

    assert seen == [(it, len(it), (len(it),), hash(it)) for it in MESSAGES]


def test_a_callable_that_asks_for_bytes_gets_bytes(tmp_path: Path) -> None:
    seen: list[bytes] = []

    Replayed(tmp_path, MESSAGES, seen.append, payload="bytes").digest()

    assert seen == MESSAGES
    assert {type(it) for it in seen} == {bytes}


def test_a_view_that_nobody_keeps_is_handed_over_again(tmp_path: Path) -> None:
    seen: set[int] = set()

    Replayed(tmp_path, MESSAGES, lambda payload: seen.add(id(payload))).digest()

    assert len(seen) == 1


@pytest.mark.parametrize(
    "keep",
    [
        lambda view: view,
        lambda view: view[:],
        lambda view: view.cast("B"),
        memoryview,
        lambda view: (view, weakref.ref(view)),
        lambda view: {"payload": [view]},
    ],
)
def test_what_is_kept_of_a_view_stays_what_it_was(
    tmp_path: Path, keep: Callable[[memoryview], Any]
) -> None:
    kept = []

    def bytes_of(it: Any) -> bytes:
        match it:
            case memoryview():
                return bytes(it)
            case (view, _):
                return bytes(view)
            case _:
                return bytes(it["payload"][0])

    Replayed(tmp_path, MESSAGES, lambda view: kept.append(keep(view))).digest()

    assert [bytes_of(it) for it in kept] == MESSAGES


def test_a_weak_reference_to_a_view_never_sees_another_message(tmp_path: Path) -> None:
    references: list[weakref.ref[memoryview]] = []

    Replayed(tmp_path, MESSAGES, lambda view: references.append(weakref.ref(view))).digest()

    assert all(it() is None or bytes(it()) == MESSAGES[-1] for it in references)  # type: ignore[arg-type]
    assert len(set(map(id, references))) == len(MESSAGES)


def test_a_view_that_was_released_is_not_handed_over_again(tmp_path: Path) -> None:
    seen = []

    def on_message(payload: memoryview) -> None:
        with payload:
            seen.append(bytes(payload))

    assert Replayed(tmp_path, MESSAGES, on_message).digest().errors == {}
    assert seen == MESSAGES


def test_the_kind_is_what_a_callable_answers(tmp_path: Path) -> None:
    answers = iter(["trade", "".join(["tra", "de"]), None, {"any": "thing"}, ("quote", ()), 7])

    found = Replayed(tmp_path, [b"m"] * 6, lambda _: next(answers)).digest()

    assert {it.kind: it.messages for it in found.kinds} == {"trade": 2, "message": 3, "quote": 1}


def test_a_number_is_the_index_of_a_declared_kind(tmp_path: Path) -> None:
    answers = iter([1, 0, 1, "other"])
    replayed = Replayed(tmp_path, [b"m"] * 4, lambda _: next(answers), kinds=["add", "trade"])

    assert {it.kind: it.messages for it in replayed.digest().kinds} == {
        "add": 1,
        "trade": 2,
        "other": 1,
    }


def test_a_number_beyond_the_declared_kinds_ends_the_pass(tmp_path: Path) -> None:
    replayed = Replayed(tmp_path, [b"m"] * 3, lambda _: 2, kinds=["add", "trade"])

    with pytest.raises(
        _core.NativeError, match=r"at message 0: it answered kind 2, and declares 2"
    ):
        replayed.digest()


def test_too_many_kinds_are_no_kinds(tmp_path: Path) -> None:
    answers = map(str, range(65))

    with pytest.raises(_core.NativeError, match=r"'64', the 65th kind.*\('kind', text\)"):
        Replayed(tmp_path, [b"m"] * 65, lambda _: next(answers)).digest()


def test_an_exception_is_a_message_that_was_not_understood(tmp_path: Path) -> None:
    def on_message(payload: memoryview) -> str:
        if not payload:
            raise ValueError("nothing in it")
        return {5: "five", 2: "two"}[len(payload)]

    found = Replayed(tmp_path, MESSAGES, on_message).digest()

    assert found.errors == {"ValueError": 1, "KeyError": 1}
    assert found.first_error == 2
    assert found.error_examples["ValueError"].startswith("nothing in it (test_callables.py:")
    assert {it.kind: it.messages for it in found.kinds} == {"five": 1, "two": 1}


def test_messages_that_raise_stand_in_the_figures_as_errors_do(tmp_path: Path) -> None:
    def on_message(payload: memoryview) -> str:
        probe.mark("looked")
        if not payload:
            raise ValueError("nothing in it")
        return "some"

    replayed = Replayed(tmp_path, MESSAGES, on_message, stages=["looked"])

    timed = replayed.latency(400)
    spans = replayed.span(400, (0, 0))

    assert {it.kind: it.total.count for it in timed.kinds} == {"some": 300, None: 100}
    assert {it.kind: it.times.count for it in spans.kinds} == {"some": 300, None: 100}
    assert {it.kind for it in timed.tail} <= {"some", None}


def test_what_an_exception_does_while_it_is_read_is_no_message_s(tmp_path: Path) -> None:
    class TalkativeError(Exception):
        def __str__(self) -> str:
            probe.mark("no such stage")
            return "said"

    def on_message(_: memoryview) -> None:
        raise TalkativeError

    found = Replayed(tmp_path, [b"m"] * 3, on_message, stages=["one"]).digest()

    (name,) = found.errors
    assert name.endswith("TalkativeError")
    assert found.errors[name] == 3
    assert found.error_examples[name].startswith("said (test_callables.py:")


def test_exceptions_beyond_those_that_there_is_room_for_share_a_name(tmp_path: Path) -> None:
    kinds = iter([type(f"Error{number}", (Exception,), {}) for number in range(66)])

    def on_message(_: memoryview) -> None:
        raise next(kinds)("one of many")

    found = Replayed(tmp_path, [b"m"] * 66, on_message).digest()

    assert (len(found.errors), found.errors["other exceptions"]) == (64, 3)
    assert found.error_examples.keys() == found.errors.keys()


def test_a_truth_value_is_no_index_of_a_kind(tmp_path: Path) -> None:
    answers = iter([True, 1, False, 0])
    replayed = Replayed(tmp_path, [b"m"] * 4, lambda _: next(answers), kinds=["add", "trade"])

    assert {it.kind: it.messages for it in replayed.digest().kinds} == {
        "add": 1,
        "trade": 1,
        "message": 2,
    }


def test_the_second_of_a_pair_goes_into_the_digest(tmp_path: Path) -> None:
    def on_message(payload: memoryview) -> tuple[str, object]:
        return "word", (len(payload), payload, ["x", True, None], -1, 0.5)

    (kind,) = Replayed(tmp_path, [b"abc"], on_message).digest().kinds

    assert (kind.understood, kind.checksum) == (
        1,
        checksum_of(
            integer(3),
            text(b"abc"),
            text(b"x"),
            integer(1),
            integer(0),
            integer(-1),
            bytes.fromhex("000000000000e03f"),
        ),
    )


def test_what_cannot_be_folded_is_said(tmp_path: Path) -> None:
    with pytest.raises(_core.NativeError, match=r"digest is made of numbers.* not of dict"):
        Replayed(tmp_path, [b"abc"], lambda _: ("word", {})).digest()


class Counting:
    def __init__(self) -> None:
        self.seen = 0

    def on_message(self, payload: memoryview) -> str:
        self.seen += 1
        probe.mark("first")
        if payload:
            probe.mark("sec" + "ond")
        return "message"

    def digest(self) -> tuple[int]:
        return (self.seen,)

    def metrics(self) -> dict[str, float]:
        return {"seen": self.seen}


def test_an_object_tells_its_digest_and_its_metrics(tmp_path: Path) -> None:
    def make() -> Made:
        it = Counting()
        return Made([it.on_message], it.digest, None, it.metrics)

    stages = ["first", "second"]
    found = Replayed(tmp_path, MESSAGES, factory=make, stages=stages).digest()

    assert found.metrics == {"seen": 4}
    assert found.kinds[0].checksum == checksum_of(*map(integer, (1, 2, 3, 4)))


def test_marks_inside_of_a_callable_time_its_stages(tmp_path: Path) -> None:
    it = Counting()
    replayed = Replayed(tmp_path, MESSAGES, it.on_message, stages=["first", "second"])

    (kind,) = replayed.latency(400).kinds

    counts = [0 if times is None else times.count for times in kind.stages]
    assert (kind.total.count, counts) == (400, [400, 300])


def test_a_mark_of_no_stage_ends_the_pass(tmp_path: Path) -> None:
    replayed = Replayed(tmp_path, MESSAGES, lambda _: probe.mark("thrid"), stages=["third"])

    with pytest.raises(_core.NativeError, match="marks stage 'thrid', and declares third"):
        replayed.digest()
    with pytest.raises(_core.NativeError, match="marks stage 'thrid'"):
        replayed.latency(100)


def test_a_mark_without_a_message_does_nothing() -> None:
    probe.mark("parse")


def test_each_callable_of_a_list_is_fed_by_the_one_before(tmp_path: Path) -> None:
    replayed = Replayed(
        tmp_path,
        MESSAGES,
        lambda payload: len(payload) or None,
        lambda size: ("even" if size % 2 == 0 else "odd", size),
        stages=["measure", "judge"],
        is_pipeline=True,
    )

    found = replayed.digest()
    timed = {it.kind: it for it in replayed.latency(400).kinds}

    assert {it.kind: it.messages for it in found.kinds} == {"odd": 2, "even": 1, "message": 1}
    assert timed["odd"].stages[1] is not None
    assert timed["message"].stages[0] is not None
    assert timed["message"].stages[1] is None


def test_a_feed_that_starts_anew_makes_the_target_anew(tmp_path: Path) -> None:
    made: list[Counting] = []

    def make() -> Made:
        made.append(Counting())
        return Made([made[-1].on_message], None, None, None)

    Replayed(tmp_path, MESSAGES, factory=make, stages=["first", "second"]).latency(12)

    assert [it.seen for it in made] == [4, 4, 4]


def test_a_target_that_can_be_set_back_is(tmp_path: Path) -> None:
    seen: list[int] = []
    sizes: list[int] = []

    def make() -> Made:
        return Made([lambda view: sizes.append(len(view))], None, lambda: seen.append(1), None)

    Replayed(tmp_path, MESSAGES, factory=make).latency(12)

    assert (len(seen), len(sizes)) == (2, 12)


def test_what_a_factory_raises_is_why_there_is_no_target(tmp_path: Path) -> None:
    def make() -> Made:
        raise RuntimeError("no symbols")

    with pytest.raises(_core.NativeError, match="RuntimeError: no symbols"):
        Replayed(tmp_path, MESSAGES, factory=make).digest()
