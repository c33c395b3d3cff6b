"""`latprobe annotate`: source lines by what they execute."""

import shutil
from pathlib import Path

import pytest

from tests.integration.compiler import compile_target
from tests.integration.conftest import Bench
from tests.integration.test_simulation import COUNTED

pytestmark = pytest.mark.skipif(
    shutil.which("valgrind") is None, reason="valgrind is not installed"
)


def test_the_lines_that_execute_the_most_come_first_with_their_stages(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The compiler of the tests is told to write line tables by the define that it is handed last.
    monkeypatch.setenv("CC", str(_with_line_tables(bench.folder)))
    library = compile_target(COUNTED, bench.folder / "libcounted.so")
    path = bench.scenario(bench.feed([b"long"]), target="counted", library=library)

    outcome = bench.latprobe("annotate", path, "--json", "--messages", 200)

    assert outcome.code == 0, outcome.err
    found = outcome.json
    assert found["messages"] == 200
    behind, second, first = found["lines"][:3]
    assert [round(it["events"]["instructions"]) for it in (behind, second, first)] == [300, 100, 20]
    assert [it["source"] for it in (behind, second, first)] == [
        'REPEATED(300, "nop");',
        'REPEATED(100, "nop");',
        'REPEATED(FIRST, "nop");',
    ]
    assert [[*it["stages"]] for it in (behind, second, first)] == [[], ["second"], ["first"]]
    assert sum(it["share"] for it in found["lines"]) == pytest.approx(1)

    table = bench.latprobe("annotate", path, "--messages", 200, "--top", 2)
    assert "counted.c:" in table.out
    assert "more lines have the others" in table.out


def test_a_target_without_line_tables_is_told_how_to_get_them(bench: Bench) -> None:
    library = compile_target(COUNTED, bench.folder / "libcounted.so")
    path = bench.scenario(bench.feed([b"long"]), target="counted", library=library)

    outcome = bench.latprobe("annotate", path, "--messages", 100)

    assert outcome.code == 0, outcome.err
    assert "no line" in outcome.out
    assert "line-tables-only" in outcome.out


def test_without_valgrind_it_says_what_to_install(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bench.scenario(bench.feed([b"."]), target="scripted")
    monkeypatch.setenv("PATH", str(bench.folder))

    outcome = bench.latprobe("annotate", path, "--messages", 100)

    assert outcome.code == 2
    assert "valgrind is not installed; install valgrind" in outcome.err


def _with_line_tables(folder: Path) -> Path:
    script = folder / "cc-with-lines"
    script.write_text('#!/bin/sh\nexec cc -g1 "$@"\n')
    script.chmod(0o700)
    return script
