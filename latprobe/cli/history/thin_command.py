"""`latprobe history thin`: let old run documents lose their weight."""

from pathlib import Path

import click
import msgspec

from latprobe.cli.feed.progress import byte_progress
from latprobe.cli.history.options import JSON, RESULTS, Span, now_ms
from latprobe.history.thin import thin
from latprobe.units import format_bytes


@click.command("thin")
@RESULTS
@click.option(
    "--older-than",
    type=Span(),
    default="90d",
    show_default=True,
    help="Runs that were measured so long ago: 12h, 90d, 4w.",
)
@click.option(
    "--whole-every",
    type=Span(),
    default="4w",
    show_default=True,
    help="Keep one run of each scenario, class of machines and branch whole in each such span.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@JSON
def thin_command(
    results: Path, older_than: int, whole_every: int, *, dry_run: bool, as_json: bool
) -> None:
    """Take histograms and single forks out of old run documents, which keep every figure."""
    with byte_progress("reading run documents") as progress:
        done = thin(
            results,
            now_ms() - older_than,
            whole_every_ms=whole_every,
            write=not dry_run,
            progress=progress,
        )
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(done)))
        return
    words = "would be thinned" if dry_run else "thinned"
    click.echo(
        f"{done.thinned:,} of {done.looked_at:,} old run documents {words}, "
        f"{format_bytes(done.bytes_before)} to {format_bytes(done.bytes_after)}; "
        f"{done.kept_whole:,} stay whole"
    )
