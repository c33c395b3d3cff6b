"""The tables of the index: one schema for SQLite and PostgreSQL."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION: Final = 2

METADATA: Final = MetaData()

ABOUT: Final = Table(
    "latprobe_history", METADATA, Column("schema_version", Integer, primary_key=True)
)

RUNS: Final = Table(
    "runs",
    METADATA,
    Column("run", Integer, primary_key=True),
    # Of what makes a run that one, and stays where a document is thinned.
    Column("identity", String(64), nullable=False, unique=True),
    Column("id", Text, nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("scenario", Text, nullable=False),
    # Empty where it is not known: a null would be unlike itself.
    Column("commit", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("machine_class", Text, nullable=False),
    Column("feed", Text, nullable=False),
    Column("feed_sha256", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("target_sha256", Text, nullable=False),
    Column("latprobe_version", Text, nullable=False),
    Column("messages", BigInteger, nullable=False),
    Column("verdict", String(8), nullable=False),
    Index("runs_by_group", "scenario", "machine_class", "branch", "started_ms"),
    Index("runs_by_time", "started_ms"),
)

SERIES: Final = Table(
    "series",
    METADATA,
    Column("series", Integer, primary_key=True),
    Column("stage", Text, nullable=False),
    # Empty for all kinds together.
    Column("kind", Text, nullable=False),
    Column("figure", Text, nullable=False),
    Column("unit", String(8), nullable=False),
    UniqueConstraint("stage", "kind", "figure", "unit"),
)
"""What a point is of, apart from its run: the same in every scenario."""

POINTS: Final = Table(
    "points",
    METADATA,
    Column("run", ForeignKey(RUNS.c.run), primary_key=True),
    Column("series", ForeignKey(SERIES.c.series), primary_key=True),
    Column("value", Double, nullable=False),
    # What changes are judged by; null where the run has only the value.
    Column("level", Double),
    sqlite_with_rowid=False,
)

VERDICTS: Final = Table(
    "verdicts",
    METADATA,
    Column("run", ForeignKey(RUNS.c.run), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("budget", Text, nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("figure", Double),
    Column("low", Double),
    Column("high", Double),
    Column("limit", Double, nullable=False),
    Column("unit", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

FILES: Final = Table(
    "files",
    METADATA,
    Column("folder", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("modified_ns", BigInteger, nullable=False),
    # Null for what is no run document.
    Column("run", ForeignKey(RUNS.c.run)),
    sqlite_with_rowid=False,
)
"""Which files have been read: `folder` is the machine's name and an absolute path."""
