"""What the checkers of memory write, also where they were stopped in the middle of it."""

from collections.abc import Sequence

from latprobe.driver.memory_check.memcheck_file import read_memcheck
from latprobe.driver.memory_check.reported import CREATING, Frame
from latprobe.driver.memory_check.sanitizer_file import read_sanitizer
from latprobe.run.call_sites import CodeLocation

ERROR = """
<error><unique>0x{unique}</unique><tid>1</tid><kind>InvalidRead</kind>
<what>Invalid read of size 4</what>
<stack><frame><ip>0x1</ip><obj>/t.so</obj><fn>read&lt;int&gt;</fn><dir>/src</dir><file>a.c</file>
<line>7</line></frame></stack>
<auxwhat>Address 0x4a4 is 1,000 bytes inside a block of size 2,000 free'd</auxwhat>
<stack><frame><ip>0x2</ip><obj>/t.so</obj><fn>gone</fn></frame></stack></error>
"""
MARKER = "<clientmsg><tid>1</tid><text>latprobe {0}\n  </text></clientmsg>"
BEGIN = '<?xml version="1.0"?>\n<valgrindoutput>'


def test_errors_belong_to_the_message_of_the_line_behind_them() -> None:
    text = BEGIN + ERROR.format(unique=0) + MARKER.format("-1 0 1")
    text += ERROR.format(unique=1) + ERROR.format(unique=2) + MARKER.format("17 3 2")
    text += "<errorcounts><pair><count>5</count><unique>0x2</unique></pair></errorcounts>"

    found = read_memcheck((text + MARKER.format("done") + "</valgrindoutput>").encode(), 99)

    assert [(it.in_hand, it.times) for it in found.errors] == [(CREATING, 1), (17, 1), (17, 5)]
    assert found.answered[17].errors == 2
    assert found.is_whole
    assert found.leaks == ()
    error = found.errors[0]
    assert error.detail == (
        "Invalid read of size 4, 1,000 bytes inside a block of 2,000 bytes that was freed"
    )
    assert error.frames[0].location == CodeLocation("read<int>", "/src/a.c", 7)
    assert [it.what for it in error.blocks] == ["freed"]


def test_a_file_that_is_cut_short_is_read_up_to_there() -> None:
    text = BEGIN + ERROR.format(unique=0) + MARKER.format("3 0 1") + ERROR.format(unique=1)

    found = read_memcheck((text + "<error><unique>0x3").encode(), 4)

    assert [it.in_hand for it in found.errors] == [3, 4], "the last one was in hand"
    assert not found.is_whole
    assert found.leaks is None


REPORT = """=================================================================
==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x602 at pc 0x7f bp 0x7f sp 0x7f
WRITE of size 8 at 0x602 thread T0
    #0 0x7f01 in on_message /src/a.cc:3:1 (/t.so+0x11) (BuildId: 00ff)
    #1 0x7f02  (/runner+0x22)

0x602 is located 3 bytes after 10-byte region [0x600,0x60a)
freed by thread T0 here:
    #0 0x7f03  (/libasan.so+0x33)

previously allocated by thread T0 here:
    #0 0x7f04  (/libasan.so+0x44)

SUMMARY: AddressSanitizer: heap-use-after-free (/t.so+0x11)
"""
LEAKS = """
==7==ERROR: LeakSanitizer: detected memory leaks

Direct leak of 48 byte(s) in 2 object(s) allocated from:
    #0 0x7f04  (/libasan.so+0x44)

Indirect leak of 8 byte(s) in 1 object(s) allocated from:
    #0 0x7f05  (/libasan.so+0x55)
"""


def by_address(addresses: Sequence[tuple[str, int]]) -> list[tuple[Frame, ...]]:
    return [(Frame(CodeLocation(f"{it:x}"), module),) for module, it in addresses]


def test_reports_are_read_with_their_stacks_and_counted() -> None:
    records = f"report 4 {len(REPORT)}\n{REPORT}\nanswered 4 1\nagain 0 9\nanswered 9 -1\ndone\n"

    found = read_sanitizer(records.encode(), LEAKS, by_address)

    (error,) = found.errors
    assert (error.what, error.in_hand, error.times) == ("invalid write", 4, 2)
    assert error.detail == (
        "heap-use-after-free: write of size 8, 3 bytes after a block of 10 bytes that was freed"
    )
    assert [it.location.function for it in error.frames] == ["11", "22"]
    assert [(it.what, it.frames[0].location.function) for it in error.blocks] == [
        ("freed", "33"),
        ("allocated", "44"),
    ]
    assert {number: (it.answer, it.errors) for number, it in found.answered.items()} == {
        4: (1, 1),
        9: (-1, 1),
    }
    assert found.leaks is not None
    assert [(it.bytes, it.blocks) for it in found.leaks] == [(48, 2)]


def test_a_report_that_the_process_died_of_says_by_which_signal() -> None:
    report = "==7==ERROR: AddressSanitizer: SEGV on unknown address 0x0 (pc 0x1 bp 0x2 sp 0x3 T0)\n"
    report += "==7==The signal is caused by a WRITE memory access.\n    #0 0x7f01  (/t.so+0x11)\n"

    found = read_sanitizer(f"report 0 {len(report)}\n{report}\n".encode(), "", by_address)

    (error,) = found.errors
    assert (error.what, error.detail) == ("invalid write", "SEGV: write")
    assert found.fatal == "SIGSEGV"
    assert found.leaks is None
