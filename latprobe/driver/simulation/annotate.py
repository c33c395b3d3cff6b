"""From what callgrind wrote to source lines."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from latprobe.driver.simulation.callgrind_file import CallgrindFile, Place
from latprobe.driver.simulation.events import named_events
from latprobe.driver.simulation.simulate import Simulated
from latprobe.run.annotation import AnnotatedLine, Annotation

_OWN: Final = ("latprobe_kind_", "latprobe_observe", "replay_collecting", "client_request")
_UNKNOWN: Final = "???"
_MOST_SOURCE_BYTES: Final = 8 * 2**20


def annotation_of(
    simulated: Simulated, stages: Sequence[str], scenario: str, target: str
) -> Annotation:
    """Every line that executed anything, with its text where the file is here."""
    result = simulated.result
    messages = result.messages
    lines = _merged(simulated.total)
    in_stages = [_merged(file) for file in simulated.stages]
    sums = {place: named_events(costs) for place, costs in lines.items()}
    in_all = sum(it["instructions"] for it in sums.values())
    annotated = [
        AnnotatedLine(
            file=None if place.file == _UNKNOWN or place.line == 0 else place.file,
            line=place.line,
            function=place.function,
            events={event: count / messages for event, count in events.items()},
            share=events["instructions"] / in_all if in_all else 0.0,
            stages=_stages(place, stages, in_stages, messages),
        )
        for place, events in sums.items()
    ]
    annotated.sort(key=lambda it: (-it.events["instructions"], it.file or "", it.line))
    return Annotation(
        scenario=scenario,
        target=target,
        messages=messages,
        instructions=in_all / messages,
        caches=result.caches,
        valgrind=result.valgrind,
        without_lines=sum(it.share for it in annotated if it.file is None),
        lines=tuple(_with_source(annotated)),
    )


def _merged(file: CallgrindFile) -> Mapping[Place, Counter[str]]:
    """The target's own lines. A line that was inlined into several functions is one."""
    named: dict[tuple[str, int], str] = {}
    merged: dict[Place, Counter[str]] = {}
    by_weight = sorted(file.lines.items(), key=lambda it: (-it[1]["Ir"], it[0]))
    for place, costs in by_weight:
        if place.function.startswith(_OWN):
            continue
        key = (place.file, place.line)
        if place.file != _UNKNOWN and place.line:
            place = Place(*key, named.setdefault(key, place.function))  # noqa: PLW2901
        merged.setdefault(place, Counter()).update(costs)
    return merged


def _stages(
    place: Place,
    stages: Sequence[str],
    files: Sequence[Mapping[Place, Counter[str]]],
    messages: int,
) -> dict[str, float]:
    found = {}
    for stage, lines in zip(stages, files, strict=True):
        count = sum(
            costs["Ir"]
            for other, costs in lines.items()
            if (other.file, other.line) == (place.file, place.line)
            and (place.line or other.function == place.function)
        )
        if count:
            found[stage] = count / messages
    return found


def _with_source(lines: Iterable[AnnotatedLine]) -> Iterable[AnnotatedLine]:
    files: dict[str, list[str]] = {}
    for it in lines:
        if it.file is None:
            yield it
            continue
        if it.file not in files:
            files[it.file] = _text_of(Path(it.file))
        text = files[it.file]
        source = text[it.line - 1].strip() if it.line <= len(text) else None
        yield AnnotatedLine(it.file, it.line, it.function, it.events, it.share, it.stages, source)


def _text_of(path: Path) -> list[str]:
    """The lines of a source file; none where it is not on this machine."""
    try:
        if not path.is_file() or path.stat().st_size > _MOST_SOURCE_BYTES:
            return []
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
