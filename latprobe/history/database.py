"""The index, opened: SQLite by its file, PostgreSQL by its URL."""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import sqlalchemy
from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from latprobe.errors import HistoryError
from latprobe.history.tables import ABOUT, METADATA, SCHEMA_VERSION

_BUSY_S: Final = 60.0
"""How long a writer waits for another."""

_LOCK: Final = 0x6C617470
"""The advisory lock of PostgreSQL under which tables are made: "latp"."""


@contextmanager
def open_history(database: str, *, make: bool = False) -> Iterator[Engine]:
    """Opens the index at a path, or at a URL such as `postgresql://user@host/name`.

    Args:
        database: The path of an SQLite file, or the URL.
        make: Whether to make what is not there.

    Raises:
        HistoryError: where it cannot be opened, is not there, or is of another version; also where
            the database ends what is done with it.
    """
    url = _url(database)
    shown = str(url.database if url.drivername == "sqlite" else _shown(url))
    if url.drivername == "sqlite":
        _check_file(Path(url.database or ""), make=make)
    try:
        engine = _engine(url, make=make)
    except ModuleNotFoundError as error:
        raise HistoryError(
            f"{shown}: {error.name} is not installed: pip install 'latprobe[postgresql]'"
        ) from error
    try:
        _prepare(engine, shown, make=make)
        yield engine
    except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error) as error:
        problem = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise HistoryError(f"{shown}: the database says: {_without(url, problem)}") from error
    finally:
        engine.dispose()


def insert_new(connection: Connection, table: Table) -> Any:
    """An `INSERT` that leaves alone what is there already, in the words of the engine."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows, of which there may be none, all with the same columns."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        # Ten times as fast as INSERT.
        columns = list(rows[0])
        names = ", ".join(connection.dialect.identifier_preparer.quote(it) for it in columns)
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([row[it] for it in columns])
        cursor.close()
        return
    connection.execute(table.insert(), rows)


def _url(database: str) -> URL:
    if "://" not in database:
        return URL.create("sqlite", database=str(Path(database)))
    try:
        url = make_url(database)
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        # What cannot be read is not quoted: a part of it may be the password.
        raise HistoryError(
            "the URL of the history cannot be read: it is like postgresql://USER@HOST:PORT/NAME, "
            "and what is not a letter or a digit in a password is written as %40"
        ) from error
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and url.database:
        return URL.create("sqlite", database=url.database)
    raise HistoryError(f"{backend}: a history is the path of a file, or postgresql://…")


def _secrets(url: URL) -> Iterator[str]:
    """Passwords, wherever in a URL they are."""
    if url.password:
        yield str(url.password)
    for name, value in url.query.items():
        if "password" in name.lower():
            yield from (value,) if isinstance(value, str) else value


def _shown(url: URL) -> str:
    """A URL without its passwords."""
    hidden = {name: "hidden" for name in url.query if "password" in name.lower()}
    return url.update_query_dict(hidden).render_as_string()


def _without(url: URL, text: str) -> str:
    for secret in _secrets(url):
        text = text.replace(secret, "***")
    return text


def _check_file(path: Path, *, make: bool) -> None:
    if path.exists():
        return
    if not make:
        raise HistoryError(f"{path}: there is no history yet: `latprobe history sync` makes one")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HistoryError(f"{path}: cannot be made: {error.strerror}") from error


def _engine(url: URL, *, make: bool) -> Engine:
    if url.drivername != "sqlite":
        return sqlalchemy.create_engine(url, connect_args={"connect_timeout": 10})
    path = Path(url.database or "").absolute()
    if not make and not os.access(path, os.W_OK):
        return sqlalchemy.create_engine(_for_readers(path))
    engine = sqlalchemy.create_engine(url, connect_args={"timeout": _BUSY_S})

    @sqlalchemy.event.listens_for(engine, "connect")
    def _tune(connection: sqlite3.Connection, _record: object) -> None:
        # Readers go on while one writes, and a loss of power loses the index's end alone, which
        # the next sync brings back.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")

    return engine


def _for_readers(path: Path) -> URL:
    """An SQLite file that may only be read; one that is being written has its log beside it."""
    written = path.with_name(f"{path.name}-wal").exists()
    how = {"mode": "ro"} if written else {"immutable": "1"}
    return URL.create("sqlite", database=f"file:{quote(str(path))}", query={"uri": "true", **how})


def _prepare(engine: Engine, shown: str, *, make: bool) -> None:
    if make:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                # Two that make the same table at the same time end in an error otherwise.
                connection.execute(sqlalchemy.select(sqlalchemy.func.pg_advisory_xact_lock(_LOCK)))
            else:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            METADATA.create_all(connection)
            with connection.begin_nested():
                _state_version(connection)
    elif not sqlalchemy.inspect(engine).has_table(ABOUT.name):
        raise HistoryError(f"{shown}: holds no history yet: `latprobe history sync` makes one")
    with engine.connect() as connection:
        versions = connection.scalars(sqlalchemy.select(ABOUT.c.schema_version)).all()
    if list(versions) != [SCHEMA_VERSION]:
        raise HistoryError(
            f"{shown}: is of schema version {', '.join(map(str, versions)) or 'unknown'}, and this "
            f"latprobe writes {SCHEMA_VERSION}: drop it and `latprobe history sync` makes it again "
            "from the run documents"
        )


def _state_version(connection: Connection) -> None:
    if connection.scalar(sqlalchemy.select(sqlalchemy.func.count()).select_from(ABOUT)) == 0:
        connection.execute(insert_new(connection, ABOUT), [{"schema_version": SCHEMA_VERSION}])
