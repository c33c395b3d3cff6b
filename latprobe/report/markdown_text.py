"""Text from outside, on its way into Markdown."""

import re
from typing import Final

from latprobe.report.printable import printable

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|~&])")
"""What means something within a line; none of ours begins with a text from outside."""


def escaped(text: str) -> str:
    """Text from outside as Markdown shows it: no markup, no markup language, on one line."""
    return _SPECIAL.sub(r"\\\1", printable(text))
