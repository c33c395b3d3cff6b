"""Reading what callgrind writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latprobe.driver.simulation.callgrind_file import CallgrindError, Place, read_callgrind

FILE = """\
# callgrind format
version: 1
creator: callgrind-3.19.0
pid: 7
cmd:  runner replay
part: 1

desc: I1 cache: 32768 B, 64 B, 8-way associative

positions: line
events: Ir Dr Bcm
summary: 100 20 3


ob=(1) /lib/target.so
fl=(1) /src/book.rs
fn=(1) on_message
10 5 1
+2 7 2 1
* 3
fi=(2) /src/level.rs
40 11
fe=(1)
-1 2
cob=(2) /lib/libc.so
cfi=(3) ???
cfn=(2) memcpy
calls=4 0
+1 60 12 2

fl=(4) ???
fn=(3) latprobe_kind_012
0 9
cfi=(1)
cfn=(1)
calls=2 10
0 88 18 3
calls=1 10
0 12 2

ob=(2)
fl=(3)
fn=(2)
0 60 12 2

totals: 100 20 3
"""


def read(text: str) -> object:
    return read_callgrind(text.splitlines(keepends=True))


def test_each_line_has_what_it_executed_itself() -> None:
    file = read_callgrind(FILE.splitlines())

    assert file.events == ("Ir", "Dr", "Bcm")
    lines = {place: dict(costs) for place, costs in file.lines.items()}
    assert lines[Place("/src/book.rs", 10, "on_message")] == {"Ir": 5, "Dr": 1}
    assert lines[Place("/src/book.rs", 12, "on_message")] == {"Ir": 10, "Dr": 2, "Bcm": 1}
    assert lines[Place("/src/level.rs", 40, "on_message")] == {"Ir": 11}
    assert lines[Place("/src/book.rs", 39, "on_message")] == {"Ir": 2}
    assert lines[Place("???", 0, "memcpy")] == {"Ir": 60, "Dr": 12, "Bcm": 2}


def test_what_a_function_caused_in_others_is_kept_apart_from_its_own() -> None:
    file = read_callgrind(FILE.splitlines())

    assert file.called["latprobe_kind_012"] == {"Ir": 100, "Dr": 20, "Bcm": 3}
    assert file.called["on_message"] == {"Ir": 60, "Dr": 12, "Bcm": 2}
    assert file.lines[Place("???", 0, "latprobe_kind_012")] == {"Ir": 9}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no events"),
        ("fn=(1) f\n", "names no events"),
        ("events: Ir\nfl=f\nfn=g\n1 2 3\n", "2 costs for 1 events"),
    ],
)
def test_what_is_no_such_file_is_refused(text: str, words: str) -> None:
    with pytest.raises(CallgrindError, match=words):
        read(text)


@given(
    st.lists(
        st.sampled_from([*FILE.splitlines(), "fn=(9)", "calls=", "+x 1", "9" * 30]), max_size=40
    )
)
def test_lines_in_any_order_are_read_or_refused(lines: list[str]) -> None:
    try:
        file = read_callgrind(lines)
    except CallgrindError:
        return
    assert all(cost >= 0 for costs in file.lines.values() for cost in costs.values())
