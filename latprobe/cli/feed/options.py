"""What the commands about feeds take alike."""

from pathlib import Path
from typing import Final

import click

PATH: Final = click.Path(path_type=Path)
JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
