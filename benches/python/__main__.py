"""`make bench-python`: what latprobe adds to a call of a Python callable, beside its peers."""

import click
import msgspec

from benches.figure import unsupported
from benches.native import BenchError
from benches.python.calls import figures, measure
from benches.table import print_figures
from latprobe.report.console import console_for


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def main(*, as_json: bool) -> None:
    """Measures and prints. A figure that does not hold fails nothing: it is to be read."""
    try:
        calls = measure()
    except BenchError as error:
        print_figures([unsupported("calls of Python", str(error), "")], console_for())
        return
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(calls)).decode())
    else:
        print_figures(figures(calls), console_for())


if __name__ == "__main__":
    main()
