"""Made-up feeds, for those who have no recording: the same bytes from the same seed, everywhere."""

from typing import Final

from latprobe.feed.synth.fix import FIX
from latprobe.feed.synth.frames import JSON
from latprobe.feed.synth.generator import Generator
from latprobe.feed.synth.itch50 import ITCH50

GENERATORS: Final[tuple[Generator, ...]] = (JSON, ITCH50, FIX)
"""Every protocol that can be made up."""
