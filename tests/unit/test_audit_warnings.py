"""What an audit says of itself."""

from pathlib import Path

import msgspec
import pytest

from latprobe.errors import RunError
from latprobe.run.audit_warnings import audit_warnings
from latprobe.run.call_sites import CallSitePass, CodeStack, SiteCounts
from latprobe.run.measured import Measured
from latprobe.run.store import read_run, write_run
from tests.made_audits import ADDRESSES, PASS, SITES, STACKS, audit_of

WHOLE = msgspec.structs.replace(
    PASS,
    stacks=tuple(CodeStack(it.addresses, True) for it in STACKS),
    counted=SiteCounts(201, 100, 10, 2_564),
)


def problems(found: CallSitePass) -> list[str]:
    run = audit_of(found)
    measured = Measured(run.target.stages, run.spans, run.forks)
    return [f"{it.problem}: {it.advice}" for it in audit_warnings(run, measured)]


def test_an_audit_that_saw_everything_says_nothing() -> None:
    assert problems(WHOLE) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"unplaced": SiteCounts(allocations=3, locks=2)}, "5 calls have no place"),
        ({"counted": SiteCounts(221, 100, 10)}, "20 allocation calls were counted and have no"),
        ({"stacks": STACKS}, "1 allocation calls have a stack that does not reach the driver"),
        ({"system_calls_unsupported": "too old"}, "system calls were not watched: too old"),
        ({"unseen_system_calls": 7}, "7 messages made system calls that may not all be seen"),
    ],
)
def test_what_was_not_seen_is_said_with_its_number(change: dict[str, object], words: str) -> None:
    found = msgspec.structs.replace(WHOLE, **change)

    assert any(words in it for it in problems(found)), problems(found)


def test_a_library_without_line_tables_gets_advice_on_how_to_build_it() -> None:
    bare = [msgspec.structs.replace(it, locations=()) for it in ADDRESSES]
    (advice,) = problems(msgspec.structs.replace(WHOLE, addresses=tuple(bare)))

    assert advice.startswith("lib.so has no line tables")
    assert 'debug = "line-tables-only"' in advice


def test_calls_without_a_place_are_not_said_to_be_missing_twice() -> None:
    unplaced = msgspec.structs.replace(
        WHOLE, sites=SITES[1:], unplaced=SITES[0].counts, counted=WHOLE.counted
    )

    assert [it.partition(":")[0] for it in problems(unplaced)] == ["150 calls have no place"]


@pytest.mark.parametrize(
    ("what", "index", "key", "value", "words"),
    [
        ("sites", 0, "stack", 4, "names stack 4 of 4"),
        ("sites", 1, "stack", -1, "names stack -1 of 4"),
        ("sites", 2, "kind", "nobody", "is of a kind that `kinds` does not have"),
        ("stacks", 1, "addresses", [7], "names address 7 of 7"),
        ("addresses", 3, "module", 2, "names module 2 of 2"),
    ],
)
def test_a_document_whose_numbers_lead_nowhere_is_refused(
    tmp_path: Path, what: str, index: int, key: str, value: object, words: str
) -> None:
    path = write_run(audit_of(), tmp_path)
    document = msgspec.json.decode(path.read_bytes())
    document["forks"][0]["result"][what][index][key] = value
    path.write_bytes(msgspec.json.encode(document))

    with pytest.raises(RunError, match=words):
        read_run(path)


def test_an_audit_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    assert read_run(write_run(audit_of(), tmp_path)) == audit_of()
