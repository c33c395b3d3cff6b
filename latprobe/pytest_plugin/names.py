"""From a test's id to the name of its scenario."""

import hashlib
import re
from typing import Final

_LONGEST: Final = 90
_DIGITS: Final = 6
_SUFFIX: Final = re.compile(r"\.py(?=::|$)")
_OTHERS: Final = re.compile(r"[^A-Za-z0-9._-]+")


def scenario_name(nodeid: str, number: int) -> str:
    """`tests/test_x.py::test_y[a]` as `tests.test_x.test_y-a`; the test's second measure has `-2`.

    What cannot be told from another in fewer characters ends in a part of its hash.
    """
    plain = _SUFFIX.sub("", nodeid).replace("::", ".").replace("/", ".")
    name = re.sub(r"\[([A-Za-z0-9._-]+)\]$", r"-\1", plain)
    short = _OTHERS.sub("-", name).strip("._-")[:_LONGEST]
    if short != name:
        digest = hashlib.sha256(nodeid.encode()).hexdigest()[:_DIGITS]
        short = f"{short}-{digest}"
    return short if number == 0 else f"{short}-{number + 1}"
