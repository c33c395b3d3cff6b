"""What a scenario may say of how messages are handed over."""

from pathlib import Path

import msgspec
import pytest

from latprobe.errors import ScenarioError
from latprobe.scenario import Drive, load_scenario, ns_of, rate_of


def drive_of(tmp_path: Path, lines: str) -> Drive:
    path = tmp_path / "scenario.toml"
    path.write_text(
        f'name = "it"\nfeed = "feed"\ntarget = {{ library = "lib.so", name = "it" }}\n[drive]\n'
        f"{lines}\n",
        encoding="utf-8",
    )
    return load_scenario(path).drive


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", Drive()),
        ('mode = "recorded"', Drive(mode="recorded")),
        ('mode = "recorded"\nspeed = 2', Drive(mode="recorded", speed=2.0)),
        ('mode = "rate"\nrate = 1000', Drive(mode="rate", rate=1000)),
        ('mode = "poisson"\nrate = "100k/s"\nseed = 0', Drive("poisson", rate="100k/s", seed=0)),
        (
            'mode = "burst"\nrate = "1M/s"\non = "1ms"\noff = "9 ms"',
            Drive("burst", rate="1M/s", on="1ms", off="9 ms"),
        ),
        ('cache = "cold"\nidle = "50us"', Drive(cache="cold", idle="50us")),
    ],
)
def test_each_mode_takes_its_own_keys(tmp_path: Path, lines: str, expected: Drive) -> None:
    assert drive_of(tmp_path, lines) == expected


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('mode = "fast"', "Invalid enum value 'fast' - at `drive.mode`"),
        (
            'mode = "rate"',
            '`rate` is missing: mode = "rate" needs it, like rate = "100k/s" - at `drive`',
        ),
        ('mode = "burst"\nrate = 1e6\non = "1ms"', '`off` is missing: mode = "burst" needs it'),
        ("rate = 5", '`rate` is of no use in mode = "closed": it is for "rate" or "poisson" or'),
        ('mode = "rate"\nrate = 5\nspeed = 2', '`speed` is of no use in mode = "rate": it is for'),
        ('mode = "rate"\nrate = 5\nseed = 2', '`seed` is of no use in mode = "rate": it is for'),
        ('mode = "recorded"\nidle = "1us"', '`idle` is of no use in mode = "recorded"'),
        ('mode = "recorded"\ncache = "cold"', "takes time before each message"),
        ('mode = "recorded"\nspeed = 0', "Expected `float` > 0.0 - at `drive.speed`"),
        ('mode = "recorded"\nspeed = inf', "`speed` is a number of times, like 2.0"),
        ('mode = "rate"\nrate = 0', "`rate` is a number of messages a second over 0, and not 0"),
        ('mode = "rate"\nrate = -1.5', "`rate` is a number of messages a second over 0"),
        ('mode = "rate"\nrate = nan', "`rate` is a number of messages a second over 0"),
        ('mode = "rate"\nrate = "100k"', "`100k` is not a rate, such as `100k/s`"),
        ('mode = "rate"\nrate = "fast"', "`fast` is not a rate, such as `100k/s`"),
        ('mode = "rate"\nrate = "9e99 G/s"\nseed = -1', "Expected `int` >= 0 - at `drive.seed`"),
        ('idle = "50"', "`50` is not a time with its unit, such as `50us`"),
        ('idle = "50 parsecs"', "`50 parsecs` is not a time with its unit"),
        ('idle = "0ns"', "`idle` is a time over 0, and not `0ns`"),
        ('idle = "2s"', "`idle` is a gap of at most `1s`, and not `2s`"),
        ("idle = 50", "`drive.idle`"),
        ('cache = "hot"', "Invalid enum value 'hot' - at `drive.cache`"),
        (
            'mode = "burst"\nrate = "10/s"\non = "1ms"\noff = "1ms"',
            "`on` is too short: a burst of 1ms at 10/s has no message",
        ),
        ('mode = "burst"\nrate = 10\non = "1s"\noff = "soon"', "`soon` is not a time"),
        ("pace = 5", "unknown field `pace`"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_would(
    tmp_path: Path, lines: str, words: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        drive_of(tmp_path, lines)

    assert words in str(refused.value)
    assert str(refused.value).startswith(str(tmp_path / "scenario.toml"))


def test_times_and_rates_are_read_in_their_base_unit() -> None:
    assert ns_of("1.5us") == ns_of("1.5μs") == ns_of(" 1_500 ns") == 1500
    assert ns_of(None) == 0
    assert rate_of(Drive("rate", rate="2.5 k / s")) == rate_of(Drive("rate", rate=2500)) == 2500


def test_a_drive_survives_its_way_through_a_run_document() -> None:
    drive = Drive("burst", rate="1M/s", on="1ms", off="9ms")

    assert msgspec.json.decode(msgspec.json.encode(drive), type=Drive) == drive
