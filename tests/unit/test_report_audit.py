"""What an audit prints, in every format."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from latprobe.errors import RunError
from latprobe.report.audit_changes import change_lines
from latprobe.report.audit_folded import flame_graph, folded_lines, speedscope
from latprobe.report.audit_json import audit_json
from latprobe.report.audit_markdown import audit_markdown
from latprobe.report.audit_sarif import audit_sarif
from latprobe.report.table import print_run
from latprobe.run.audit_change import changes
from latprobe.run.audited import audit_rows
from latprobe.run.call_sites import SiteCounts
from tests.made_audits import PASS, SITES, at_hand, audit_of
from tests.report_snapshots import assert_matches, on_terminal, plain


def test_an_audit_is_printed_with_its_lines_of_source(tmp_path: Path) -> None:
    run = at_hand(tmp_path)

    assert_matches("audit_plain.txt", plain(lambda it: print_run(run, it)))
    by_kind = plain(lambda it: print_run(run, it, by_kind=True))
    assert_matches("audit_by_kind.txt", by_kind)


def test_an_audit_fits_a_terminal() -> None:
    text = on_terminal(lambda it: print_run(audit_of(), it), 80)

    assert_matches("audit_terminal_80.txt", text)
    assert all(len(line) <= 80 for line in text.splitlines())


def test_an_audit_is_a_markdown_document(tmp_path: Path) -> None:
    run = at_hand(tmp_path)
    fewer = msgspec.structs.replace(PASS, sites=SITES[1:3])
    changed = changes(audit_rows(audit_of(fewer)), audit_rows(audit_of()))

    assert_matches("audit.md", audit_markdown(run, changed, by_kind=False))


def test_a_quiet_target_is_said_to_be_quiet() -> None:
    quiet = audit_of(msgspec.structs.replace(PASS, sites=()))

    text = plain(lambda it: print_run(quiet, it))
    assert "no allocation, no lock and no system call in 100 messages" in text
    assert "No message asks for anything." in audit_markdown(quiet, None, by_kind=False)
    unseen = msgspec.structs.replace(PASS, sites=(), system_calls_unsupported="too old")
    assert "no allocation and no lock in" in plain(lambda it: print_run(audit_of(unseen), it))


def test_names_from_outside_have_no_power_in_any_format() -> None:
    run = audit_of()
    changed = changes([], audit_rows(run))

    def both(console: object) -> None:
        print_run(run, console)  # type: ignore[arg-type]
        for line in change_lines(changed):
            console.print(line)  # type: ignore[attr-defined]

    markdown = audit_markdown(run, changed, by_kind=True)
    formats = [
        plain(both),
        markdown,
        audit_sarif(run),
        audit_json(run, Path("run.json"), changed, 1, by_kind=True),
        "\n".join(folded_lines(run, "frees")),
        speedscope(run),
        flame_graph(run, "frees"),
    ]
    for text in formats:
        assert "\x1b" not in text
        assert "\n# x" not in text
    assert "<script>alert" not in flame_graph(run, "frees")
    assert not re.search(r"(?<!\\)<", markdown)
    (row,) = (line for line in markdown.splitlines() if line.startswith("|  | src/a"))
    assert len(re.findall(r"(?<!\\)\|", row)) == 15, "no cell more than there are columns"


def test_sarif_has_an_error_for_each_broken_budget_and_notes_for_the_rest() -> None:
    document = json.loads(audit_sarif(audit_of()))

    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    found = {
        (result["ruleId"], result["level"], result["properties"]["stage"])
        for result in run["results"]
    }
    assert found == {
        ("allocation", "note", "book"),
        ("allocation", "error", "decide"),
        ("system-call", "note", "route"),
        ("free", "note", None),
    }
    assert {result["ruleId"] for result in run["results"]} <= known
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "src/book.rs"},
        "region": {"startLine": 57},
    }
    unknown = next(it for it in run["results"] if it["level"] == "error")
    (logical,) = unknown["locations"][0]["logicalLocations"]
    assert logical["decoratedName"] == "lib.so+0x1a2b"


def test_folded_stacks_start_with_the_stage_and_end_in_the_library() -> None:
    assert folded_lines(audit_of(), "allocations") == [
        "book;latprobe_sdk::export::on_message;engine::book::Book::apply;"
        "engine::book::Book::find;<alloc::string::String as core::clone::Clone>::clone 200",
        "decide;lib.so+0x1a2b 1",
    ]
    assert folded_lines(audit_of(), "bytes")[0].endswith("clone 2500")
    (call,) = folded_lines(audit_of(), "system-calls")
    assert call.startswith("route;")
    assert call.endswith(";engine::route::send;__write 100")


def test_speedscope_has_a_profile_for_each_weight_that_there_is() -> None:
    document = json.loads(speedscope(audit_of()))

    profiles = {it["name"]: it for it in document["profiles"]}
    assert set(profiles) == {
        "allocations",
        "bytes",
        "frees",
        "reallocations",
        "locks",
        "system-calls",
    }
    allocations = profiles["allocations"]
    assert allocations["endValue"] == sum(allocations["weights"]) == 201
    frames = document["shared"]["frames"]
    stack = [frames[it]["name"] for it in allocations["samples"][0]]
    assert stack[0] == "book"
    assert stack[-1].endswith("::clone")
    assert {"name": "engine::book::Book::find", "file": "src/book.rs", "line": 57, "col": 12} in (
        frames
    )


def test_a_flame_graph_of_nothing_is_refused_in_words() -> None:
    with pytest.raises(RunError, match="there are no allocations to draw"):
        flame_graph(audit_of(msgspec.structs.replace(PASS, sites=())), "allocations")
    assert flame_graph(audit_of(), "allocations").lstrip().startswith("<?xml")


def test_a_change_is_told_by_function_wherever_its_lines_have_moved() -> None:
    moved = [
        msgspec.structs.replace(
            it, locations=tuple(msgspec.structs.replace(at, line=99) for at in it.locations)
        )
        for it in PASS.addresses
    ]
    new = msgspec.structs.replace(
        PASS,
        addresses=tuple(moved),
        sites=(
            msgspec.structs.replace(SITES[0], counts=SiteCounts(100, 0, 0, 600, 6, 6)),
            SITES[2],
            msgspec.structs.replace(SITES[3], stage="risk"),
        ),
    )
    found = changes(audit_rows(audit_of()), audit_rows(audit_of(new)))

    told = [(it.change, it.function.rpartition("::")[2], it.stage) for it in found]
    assert told[0][0] == "new"
    assert told[0][2] == "risk"
    assert ("less", "find", "book") in told
    assert ("same", "send", "route") in told
    assert [it.change for it in found] == ["new", "gone", "gone", "less", "same"]
    assert "against the other run: 1 new, 2 gone, 1 less, 1 same" in str(
        next(iter(change_lines(found)))
    )
