"""Recordings of any known format, into feeds."""

from typing import Final

from latprobe.feed.importers.capture import PCAP, PCAPNG
from latprobe.feed.importers.capture_log import CAPTURE_LOG
from latprobe.feed.importers.dbn import DBN
from latprobe.feed.importers.fix import FIX
from latprobe.feed.importers.importer import Importer
from latprobe.feed.importers.itch50 import ITCH50
from latprobe.feed.importers.msgpack_stream import MSGPACK
from latprobe.feed.importers.ndjson import NDJSON
from latprobe.feed.importers.protobuf import PROTOBUF
from latprobe.feed.importers.table_arrow import ARROW, PARQUET
from latprobe.feed.importers.table_csv import CSV

IMPORTERS: Final[tuple[Importer, ...]] = (
    PCAP,
    PCAPNG,
    DBN,
    PARQUET,
    ARROW,
    CAPTURE_LOG,
    NDJSON,
    FIX,
    CSV,
    ITCH50,
    PROTOBUF,
    MSGPACK,
)
"""Every format; a recording whose format is not named is of the first that recognises it."""
