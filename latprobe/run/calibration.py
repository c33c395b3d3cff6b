"""What this machine was found to see, by a target that was held against itself.

Kept as a file for each class of machine, feed and family of targets, in the folder that
`LATPROBE_STATE` names, or in the user's state folder (`XDG_STATE_HOME`): the same target over
another feed, or another one over the same, has another noise.
"""

import hashlib
import os
import re
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from latprobe.errors import RunError
from latprobe.run.observation import Key
from latprobe.run.whole_file import write_whole


class Floor(Struct, frozen=True):
    """The smallest change of one figure.

    Attributes:
        stage: A stage, a span, or `total`.
        kind: The message kind; null for all messages.
        figure: As budgets write it.
        change: The smallest part by which it can change and be found; null where there were too
            few pairs, or the instrument does not see the figure.
        reason: Why there is none; empty where there is.
    """

    stage: str
    kind: str | None
    figure: str
    change: float | None
    reason: str = ""

    @property
    def name(self) -> str:
        """As a budget begins: `parse[trade]: p99`."""
        scope = self.stage if self.kind is None else f"{self.stage}[{self.kind}]"
        return f"{scope}: {self.figure}"


class Calibration(Struct, frozen=True):
    """Everything that was found out in one go.

    Attributes:
        machine: The class of the machine, in words.
        scenario: The scenario's name.
        target: The target's name.
        family: The target's family.
        feed_sha256: Digest of the feed's payloads.
        started: When, as ISO 8601.
        pairs: How many pairs of forks were run.
        seconds: How long that took.
        session_s: For a session of how many seconds the changes are meant.
        session_pairs: How many pairs fit into it.
        power: How often such a change is found.
        floors: The smallest changes, those that a gate hangs on first.
        schema_version: Of this document.
    """

    machine: str
    scenario: str
    target: str
    family: str
    feed_sha256: str
    started: str
    pairs: int
    seconds: float
    session_s: float
    session_pairs: int
    power: float
    floors: tuple[Floor, ...]
    schema_version: Literal[1] = 1

    def known(self) -> dict[Key, float]:
        """The smallest change of each figure that has one."""
        return {
            (it.stage, it.kind, it.figure): it.change for it in self.floors if it.change is not None
        }


def calibration_path(machine: str, feed_sha256: str, family: str) -> Path:
    """Where the calibration of a family of targets over a feed is kept, by class of machine."""
    key = "\0".join((machine, feed_sha256, family))
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    name = re.sub(r"[^A-Za-z0-9]+", "-", family).strip("-")[:40]
    return _folder() / f"{name or 'target'}-{digest}.json"


def keep_calibration(calibration: Calibration) -> Path:
    """Writes it, in the place of an earlier one, and answers where.

    Raises:
        RunError: where it cannot be written.
    """
    path = calibration_path(calibration.machine, calibration.feed_sha256, calibration.family)
    write_whole(path, msgspec.json.format(msgspec.json.encode(calibration)))
    return path


def kept_calibration(machine: str, feed_sha256: str, family: str) -> Calibration | None:
    """The calibration of a family of targets over a feed, on a class of machine, if there is one.

    Raises:
        RunError: for a file that is none.
    """
    path = calibration_path(machine, feed_sha256, family)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RunError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        return msgspec.json.decode(content, type=Calibration)
    except msgspec.DecodeError as error:
        raise RunError(
            f"{path}: is no calibration: {error}; delete it, and run `latprobe calibrate`"
        ) from error


def known_floors(machine: str, feed_sha256: str, family: str) -> dict[Key, float]:
    """The smallest change of each figure that is known; none where nothing was calibrated.

    Raises:
        RunError: for a file that is no calibration.
    """
    kept = kept_calibration(machine, feed_sha256, family)
    return {} if kept is None else kept.known()


def _folder() -> Path:
    own = os.environ.get("LATPROBE_STATE")
    if own:
        return Path(own) / "calibration"
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "latprobe" / "calibration"
