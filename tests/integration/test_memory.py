"""Memory over time, of targets that keep a known amount of it."""

import json
from typing import Any

from tests.integration.compiler import compile_target
from tests.integration.conftest import Bench
from tests.integration.test_allocators import TARGETS

KEEPING = """
kept = []

def on_message(payload):
    kept.append(bytes(10_000))
"""


def of_python(bench: Bench, feed: object, name: str, *budgets: str, extra: str = "") -> Any:
    path = bench.folder / f"{name}.toml"
    path.write_text(
        f'name = "{name}"\nfeed = "{feed}"\nbudgets = {json.dumps(budgets)}\n'
        'target = "python:keeping:on_message"\n'
        f"drive = {{ forks = 2, warmup = 0, messages = 1000 }}\n{extra}\n",
        encoding="utf-8",
    )
    return path


def test_what_a_target_keeps_is_seen_exactly_and_what_it_gives_back_is_not(bench: Bench) -> None:
    plain = compile_target(TARGETS / "plain_allocator.c", bench.folder / "libplain.so")
    (bench.folder / "keeping.py").write_text(KEEPING, encoding="utf-8")
    # Of 1,000 messages 500 keep 100 bytes, and 500 a page. libc rounds 100 up to 104, or to 120
    # where that leaves less of a free block than can be used.
    keeping = bench.feed([b"K", b"P"] * 500, "keeping.arrow")
    heap = ["heap growth >= 52_000", "heap growth < 60_000", "heap slope > 50B/msg"]
    pages = ["rss growth >= 2_048_000", "minor faults >= 500", "max rss > 2MiB"]
    scenarios = [
        bench.scenario(keeping, *heap, *pages, name="keeping"),
        bench.scenario(keeping, *heap, name="plain", extra=f'allocator = "{plain}"'),
        bench.scenario(bench.feed([b"a"] * 1000), "heap growth == 0", name="steady"),
        bench.scenario(keeping, "max rss < 1GiB", name="unseen", extra="memory = false"),
        of_python(bench, keeping, "python", "rss growth > 9MB", "max heap > 9MB"),
        of_python(
            bench, keeping, "whole", "heap growth > 10MB", extra='env.PYTHONMALLOC = "malloc"'
        ),
    ]

    outcome = bench.run(*scenarios)

    assert outcome.code == 3, outcome.out
    documents = {it["scenario"]["name"]: it for it in bench.documents}
    unproven = {
        (name, it["budget"]): it["reason"]
        for name, document in documents.items()
        for it in document["verdicts"]
        if it["verdict"] != "pass"
    }
    assert [*unproven] == [("python", "max heap > 9MB"), ("unseen", "max rss < 1GiB")]
    assert "PYTHONMALLOC" in unproven["python", "max heap > 9MB"]
    assert "no memory pass ran" in unproven["unseen", "max rss < 1GiB"]
    looks = next(
        it["result"] for it in documents["keeping"]["forks"] if it["collector"] == "memory"
    )
    assert looks["samples"]["messages"] == list(range(0, 1001, 5))
    assert looks["samples"]["ns"] == sorted(looks["samples"]["ns"])
    assert 0 < looks["own_rss_bytes"] <= looks["samples"]["rss_bytes"][-1]
    assert "memory over 1,000 messages, in 2 forks, 201 looks of " in outcome.out

    plotted = bench.latprobe("plot", "--memory", *sorted(bench.folder.glob("results/runs/k*.json")),
                             "-o", "memory.svg")  # fmt: skip
    assert plotted.code == 0, plotted.err
    assert "in use" in (bench.folder / "memory.svg").read_text(encoding="utf-8")
