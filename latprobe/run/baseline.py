"""Baselines: what a scenario's figures were once, in files that git can hold.

A baseline keeps no histogram: of each figure its value, that of each fork, and how sure the samples
alone make it, which is all that the statistics of a comparison ask for. There is one for each
scenario and class of machines; a figure has a line of its own, so that git shows what changed.
"""

import hashlib
import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Final, Literal

import msgspec

from latprobe.errors import RunError
from latprobe.run.observation import Key, Observation, Observed
from latprobe.run.whole_file import write_whole

BASELINE_VERSION: Literal[1] = 1
_DIGITS_OF_SHARES: Final = 2
_DIGITS: Final = 6
"""More are noise in figures whose forks differ by more than a millionth; counts keep all."""


class Baseline(msgspec.Struct, frozen=True, tag="baseline", tag_field="document"):
    """A run as later ones are held against it."""

    latprobe_version: str
    observed: Observed
    schema_version: Literal[1] = BASELINE_VERSION


class _Labelled(msgspec.Struct):
    document: str = ""


def baseline_of(
    observed: Observed,
    latprobe_version: str,
    *,
    by_kind: bool = False,
    named: Collection[Key] = (),
) -> Baseline:
    """A baseline, without what nothing can be held against.

    Args:
        observed: The run.
        latprobe_version: By which latprobe.
        by_kind: Whether the figures of single message kinds are kept.
        named: Those that are kept in any case, by stage, kind and name.
    """
    kept = tuple(
        _rounded(it)
        for it in observed.observations
        if it.value is not None and (by_kind or it.kind is None or it.key in named)
    )
    return Baseline(latprobe_version, msgspec.structs.replace(observed, observations=kept))


def baseline_path(observed: Observed, folder: Path) -> Path:
    """Where the baseline of a scenario on a class of machines stands."""
    machine = observed.conditions.machine
    digest = hashlib.sha256(json.dumps(machine, sort_keys=True).encode()).hexdigest()[:8]
    processor = re.sub(r"[^a-z0-9]+", "-", machine.get("processor", "").lower()).strip("-")[:40]
    return folder / observed.side.scenario / f"{processor or 'machine'}-{digest}.json"


def write_baseline(baseline: Baseline, folder: Path) -> Path:
    """Writes a baseline into a folder, in the place of an earlier one, and answers its path.

    Raises:
        RunError: where it cannot be written; what was there before still is.
    """
    path = baseline_path(baseline.observed, folder)
    plain = msgspec.to_builtins(baseline)
    observations = plain["observed"].pop("observations")
    # The observations come last, each in a line of its own.
    head = json.dumps(plain, indent=1, ensure_ascii=True)
    rows = ",\n".join(f"  {json.dumps(it, ensure_ascii=True)}" for it in observations)
    end = head.rindex("\n }")
    text = f'{head[:end]},\n  "observations": [\n{rows}\n  ]{head[end:]}\n'
    write_whole(path, text.encode())
    return path


def read_baseline(path: Path) -> Baseline:
    """Reads a baseline.

    Raises:
        RunError: naming the file, the place in it, and what was expected there.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Baseline)
    except OSError as error:
        raise RunError(f"{path}: cannot be read: {error.strerror}") from error
    except msgspec.ValidationError as error:
        problem = re.sub(r"`\$\.?", "`", str(error))
        raise RunError(
            f"{path}: is not a baseline of schema version {BASELINE_VERSION}: {problem}; "
            "`latprobe baseline set` writes one"
        ) from error
    except msgspec.DecodeError as error:
        raise RunError(f"{path}: is not JSON: {error}") from error


def is_baseline(path: Path) -> bool:
    """Whether a file says that it is a baseline."""
    try:
        document = msgspec.json.decode(path.read_bytes(), type=_Labelled).document
    except (OSError, msgspec.DecodeError):
        return False
    return document == "baseline"


def baselines_of(scenario: str, folder: Path) -> list[Baseline]:
    """All baselines of a scenario, of whatever machines, in the order of their names.

    Raises:
        RunError: where one of them is not a baseline.
    """
    return [read_baseline(path) for path in sorted((folder / scenario).glob("*.json"))]


def all_baselines(folder: Path) -> list[tuple[Path, Baseline]]:
    """Every baseline below a folder, in the order of their names.

    Raises:
        RunError: where one of them is not a baseline.
    """
    return [(path, read_baseline(path)) for path in sorted(folder.glob("*/*.json"))]


def _rounded(it: Observation) -> Observation:
    share = float(f"{it.share:.{_DIGITS_OF_SHARES}g}")
    if it.exact:
        return msgspec.structs.replace(it, share=share)
    return msgspec.structs.replace(
        it,
        value=None if it.value is None else _digits(it.value),
        forks=tuple(map(_digits, it.forks)),
        within=_digits(it.within),
        step=_digits(it.step),
        share=share,
    )


def _digits(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
