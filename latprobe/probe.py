"""For the code under test: `probe.mark("parse")` says that a stage of the message in hand is done.

Where no message is in hand (in production, in a test) it does nothing.
"""

from latprobe._core import mark

__all__ = ["mark"]
