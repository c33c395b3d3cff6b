"""One thing that was looked at, and what it means for figures."""

from typing import Literal

from msgspec import Struct

Verdict = Literal["good", "worse", "unsound"]
"""`worse` than it could be: figures hold, and are coarser or noisier. `unsound`: they do not."""

Group = Literal["clock", "processor", "machine", "collectors"]


class Finding(Struct, frozen=True):
    """What was found, and one line of advice; empty where there is nothing to be done."""

    group: Group
    name: str
    value: str
    verdict: Verdict
    advice: str = ""
