"""asyncio services as targets: what a service is handed to be watched by, and what watches it.

A service is made with a `Probe`. In production it is made with `UNWATCHED`, which costs nothing.
"""

from latprobe.service.probe import Probe, Timer
from latprobe.service.unwatched import UNWATCHED

__all__ = ["UNWATCHED", "Probe", "Timer"]
