"""What the commands about feeds take alike."""

from pathlib import Path
from typing import Final

import click

from latprobe.feed.transport.framing import FRAMINGS
from latprobe.feed.transport.soupbintcp import SOUPBINTCP

PATH: Final = click.Path(path_type=Path)
JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
FRAMING_NAMES: Final = (*FRAMINGS, SOUPBINTCP)
"""How messages may stand in a TCP stream."""
