"""At which pace a soak is driven, as the command line says it."""

import msgspec

from latprobe.errors import ScenarioError
from latprobe.scenario import Drive, Scenario

_PACED = ("mode", "speed", "rate", "on", "off", "seed", "cache", "idle", "marks")


def with_pace(
    scenario: Scenario, rate: str | None, speed: float | None, pattern: str | None
) -> Scenario:
    """The scenario with the plan that the command line asks for, or its own.

    Raises:
        ScenarioError: where there is none, or more than one, or it cannot be read.
    """
    asked = [it for it in (rate, speed, pattern) if it is not None]
    if len(asked) > 1:
        raise ScenarioError("`--rate`, `--speed` and `--pattern` each say the pace: give one")
    drive = scenario.drive
    if not asked:
        if drive.mode == "closed":
            raise ScenarioError(
                f"{scenario.name}: is driven without a pause, and a soak has a pace: say "
                "`--rate 100k/s`, `--speed 1` or `--pattern 'burst 1M/s 1ms 9ms'`, or a `mode` in "
                "[drive]"
            )
        return scenario
    said: dict[str, object] = {}
    if rate is not None:
        said = {"mode": "rate", "rate": rate}
    if speed is not None:
        said = {"mode": "recorded", "speed": speed}
    if pattern is not None:
        said = _pattern(pattern)
    kept = {it: getattr(drive, it) for it in Drive.__struct_fields__ if it not in _PACED}
    try:
        return msgspec.structs.replace(
            scenario, drive=msgspec.convert({**kept, **said}, Drive, strict=True)
        )
    except (ValueError, msgspec.ValidationError) as error:
        raise ScenarioError(f"the pace: {error}") from error


def _pattern(text: str) -> dict[str, object]:
    words = text.split()
    match words:
        case ["burst", rate, on, off]:
            return {"mode": "burst", "rate": rate, "on": on, "off": off}
        case ["poisson", rate]:
            return {"mode": "poisson", "rate": rate}
    raise ScenarioError(
        f"`--pattern {text}` is no pattern: say `burst RATE ON OFF`, such as `burst 1M/s 1ms 9ms`, "
        "or `poisson RATE`"
    )
