"""Judgements as GitHub's workflow commands: lines that a job shows as annotations.

<https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>
"""

from collections.abc import Iterator, Sequence
from typing import Final

from latprobe.report.judged import Judgement, Suite
from latprobe.report.printable import printable

_COMMANDS: Final = {"fail": "error", "error": "error", "unproven": "warning"}
_MOST: Final = 10
"""GitHub shows ten annotations of a kind for a step, and drops the others."""


def github_annotations(suites: Sequence[Suite]) -> str:
    """An annotation for each judgement that gates and does not hold, and one that counts them all.

    Where there are more than GitHub shows, the last one says how many are not listed.
    """
    lines = []
    for command in ("error", "warning"):
        found = [
            (suite, it)
            for suite in suites
            for it in suite.judgements
            if it.gates and _COMMANDS.get(it.outcome) == command
        ]
        if len(found) > _MOST:
            rest = f"and {len(found) - _MOST + 1} more: see the log, or the summary"
            lines += [_line(command, suite, it) for suite, it in found[: _MOST - 1]]
            lines.append(f"::{command} title=latprobe::{_text(rest)}")
        else:
            lines += [_line(command, suite, it) for suite, it in found]
    lines += [f"::notice title={_property(it.name)}::{_text(_summary(it))}" for it in suites]
    return "\n".join(lines) + "\n"


def _line(command: str, suite: Suite, it: Judgement) -> str:
    properties = [f"title={_property(f'{suite.name}: {it.name}')}"]
    if it.file is not None:
        properties.insert(0, f"file={_property(it.file)}")
    return f"::{command} {','.join(properties)}::{_text(it.words)}"


def _summary(suite: Suite) -> str:
    return ", ".join(_numbers(suite.judgements)) or "nothing was judged"


def _numbers(judgements: Sequence[Judgement]) -> Iterator[str]:
    for outcome in ("pass", "fail", "unproven", "error"):
        count = sum(1 for it in judgements if it.outcome == outcome)
        if count:
            yield f"{count} {outcome}"


def _text(text: str) -> str:
    """Escaped as the message of a command has to be."""
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    """Escaped as a property has to be, whose end is a colon or a comma."""
    return _text(text).replace(":", "%3A").replace(",", "%2C")
