"""What recordings were matched, in words."""

from collections.abc import Sequence

from latprobe.report.amounts import messages_text, step_text
from latprobe.run.matched import MatchedRecording, MatchPass
from latprobe.run.model import Fork, Instrument, RunDocument
from latprobe.scenario import MatchSettings
from latprobe.units import format_ns, format_rate


def match_facts(run: RunDocument) -> dict[str, str | None]:
    """Lines over the table: what was matched and how, and what became of both sides."""
    settings = run.scenario.match
    assert settings is not None
    forks = [(fork, fork.result) for fork in run.forks if isinstance(fork.result, MatchPass)]
    results = [result for _, result in forks]
    facts: dict[str, str | None] = {
        "match": _rule(settings),
        "clocks": _clocks([fork for fork, _ in forks]),
    }
    for number, result in enumerate(results, 1):
        which = f" {number}" if len(results) > 1 else ""
        facts[f"in{which}"] = f"{_recording(result.ins)}: {_ins(result)}"
        facts[f"out{which}"] = f"{_recording(result.outs)}: {_outs(result)}"
    facts["pairs"] = _pairs(results)
    return facts


def _rule(settings: MatchSettings) -> str:
    keys = settings.key
    if settings.out_key is not None and settings.out_key != settings.key:
        keys += f" of what went in with {settings.out_key} of what came out"
    answers = "the first answer" if settings.each == "first" else "all answers"
    words = f"{keys}; {answers} within {settings.within}"
    words += f"; of a key that is used again, the {settings.reused}"
    return words if settings.kind is None else f"{words}; kinds by {settings.kind}"


def _clocks(forks: Sequence[Fork]) -> str:
    instruments = [fork.instrument for fork in forks if fork.instrument is not None]
    if not instruments:
        return "of the recordings"
    coarsest: Instrument = max(instruments, key=lambda it: it.clock.granularity_ns)
    words = f"of the recordings, in steps of {step_text(coarsest.clock.granularity_ns)}"
    words += f" ({coarsest.clock.reason})" if coarsest.clock.reason else ""
    offset_ns, error_ns = (
        coarsest.calibration.offset_ns,
        2 * coarsest.calibration.offset_error_ns,
    )
    if offset_ns or error_ns:
        words += f"; {format_ns(offset_ns)} ± {format_ns(error_ns)} taken off what came out"
        return words
    return f"{words}; taken for one clock"


def _recording(recording: MatchedRecording) -> str:
    words = f"{recording.name}, {messages_text(recording.messages)}"
    words += f" of {recording.protocol}" if recording.protocol else ""
    if recording.out_of_order:
        words += f", {recording.out_of_order:,} out of order"
    return words


def _ins(result: MatchPass) -> str:
    pairs = result.pairs
    return _listed(
        (pairs.answered, "answered", True),
        (pairs.unanswered, "unanswered", True),
        (pairs.superseded, "superseded", False),
        (result.ins.without_key, "without a key", False),
    )


def _outs(result: MatchPass) -> str:
    pairs = result.pairs
    return _listed(
        (pairs.paired, "paired", True),
        (pairs.repeated, "repeated", False),
        (pairs.early, "early", False),
        (pairs.uncaused, "uncaused", True),
        (result.outs.without_key, "without a key", False),
    )


def _listed(*counts: tuple[int, str, bool]) -> str:
    """Counts with their names; some are said even where there are none."""
    return ", ".join(f"{count:,} {name}" for count, name, always in counts if count or always)


def _pairs(results: Sequence[MatchPass]) -> str:
    paired = sum(it.pairs.paired for it in results)
    seconds = sum(it.ins.last_ns - it.ins.first_ns for it in results) / 1e9
    words = f"{paired:,}"
    if ambiguous := sum(it.pairs.ambiguous for it in results):
        words += f", {ambiguous:,} of them ambiguous"
    if seconds > 0:
        words += f", in {format_ns(seconds * 1e9)} of recording: {format_rate(paired / seconds)}"
    return words
