"""Whether targets of a family understood a feed alike, in words."""

from collections.abc import Iterator, Sequence

import msgspec
from rich.text import Text

from latprobe.report.amounts import messages_text
from latprobe.report.member import Member
from latprobe.report.printable import printable
from latprobe.run.model import DigestPass, RunDocument


def agreement_lines(members: Sequence[Member], disagreements: Sequence[str]) -> Iterator[Text]:
    """What the targets disagree about; or who agrees with whom, and who was not compared.

    Only targets that were given as many messages, and the same configuration, can be compared.
    """
    for words in disagreements:
        yield Text(f"✘ digests disagree: {printable(words)}", style="bold red")
    for messages, names in _comparable(members):
        amount = f"of {messages_text(messages)}"
        if len(names) == 1:
            words = "no other target was given as many and the same configuration"
            line = f"? digest of {names[0]} {amount} was not compared: {words}"
            yield Text(printable(line), style="yellow")
        elif not disagreements:
            line = f"✔ digests agree: {', '.join(names)} understood the same {amount}"
            yield Text(printable(line), style="green")


def _comparable(members: Sequence[Member]) -> list[tuple[int, list[str]]]:
    """Targets by what they were given: how many messages, and who."""
    groups: dict[tuple[int, bytes], list[str]] = {}
    for member in members:
        digest = _digest_of(member.run)
        if digest is not None:
            config = msgspec.json.encode(member.run.scenario.target.config, order="sorted")
            groups.setdefault((digest.messages, config), []).append(member.name)
    return [(messages, names) for (messages, _), names in groups.items()]


def _digest_of(run: RunDocument) -> DigestPass | None:
    results = (fork.result for fork in run.forks)
    return next((it for it in results if isinstance(it, DigestPass)), None)
