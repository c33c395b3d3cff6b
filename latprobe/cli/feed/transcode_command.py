"""`latprobe feed transcode`: a JSON feed in another encoding."""

from pathlib import Path

import click

from latprobe.cli.feed.options import JSON, PATH
from latprobe.cli.feed.progress import byte_progress
from latprobe.cli.feed.written import print_written
from latprobe.feed.transcode.schema import proto_text
from latprobe.feed.transcode.transcode import ENCODINGS, Encoding, transcode_feed


def _print_schema(context: click.Context, _: click.Parameter, is_wanted: bool) -> None:
    if is_wanted and not context.resilient_parsing:
        click.echo(proto_text(), nl=False)
        context.exit()


@click.command("transcode")
@click.argument("path", metavar="IN", type=PATH)
@click.argument("out", metavar="OUT", type=PATH)
@click.option("--to", "encoding", required=True, type=click.Choice([*ENCODINGS]), help="Encoding.")
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the schema of --to protobuf, as a .proto file, and do nothing else.",
)
@JSON
def transcode_command(path: Path, out: Path, encoding: Encoding, *, as_json: bool) -> None:
    """Write the JSON feed IN to the feed OUT, each message in another encoding.

    Times and channels stay as they are. In protobuf, what fits no message of the schema is carried
    as JSON in the field `other`.
    """
    with byte_progress(f"transcoding {path.name}") as progress:
        feed = transcode_feed(path, out, encoding, progress=progress)
    print_written(feed, as_json=as_json)
