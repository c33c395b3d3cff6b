"""Audits of targets in C, and the lines of their source that tests name by a word."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

from tests.integration.compiler import CALL_SITES
from tests.integration.conftest import Bench, Outcome


def line_of(word: str, source: Path = CALL_SITES) -> int:
    """The line that ends in `/* word */`."""
    lines = source.read_text(encoding="utf-8").splitlines()
    marked = [number for number, line in enumerate(lines, 1) if line.endswith(f"/* {word} */")]
    assert len(marked) == 1, word
    return marked[0]


def word_of(site: dict[str, Any]) -> str:
    """The word at the end of a site's line; the line itself where it has none."""
    found = re.search(r"/\* ([a-z-]+) \*/$", site["source"] or "")
    return found[1] if found else f"{site['function']}:{site['line']}"


def audit(bench: Bench, library: Path, messages: str, *budgets: str, **options: str) -> Outcome:
    """Audits `asking` on 1,000 messages, each of a letter of `messages` in turn."""
    feed = bench.feed([letter.encode() for letter in messages])
    scenario = bench.scenario(feed, *budgets, target="asking", library=library)
    flags = [it for name, value in options.items() for it in (f"--{name.replace('_', '-')}", value)]
    return bench.latprobe("audit", scenario, "--json", *flags)


def counted(outcome: Outcome, name: str) -> dict[str, int]:
    """How often each line did something, by its word."""
    sums: Counter[str] = Counter()
    for site in outcome.json["sites"]:
        if site["counts"][name]:
            sums[word_of(site)] += site["counts"][name]
    return dict(sums)


def warnings(outcome: Outcome) -> list[dict[str, str]]:
    """All but the one that says that this machine's kernel cannot watch system calls."""
    unwatched = "system calls were not watched"
    return [it for it in outcome.json["warnings"] if not it["problem"].startswith(unwatched)]
