"""Engines for the two databases, set up so that a commit is on disk and a writer waits instead of failing."""

from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from bot.errors import SettingsError

_BUSY_MS = 20_000


def connect(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`. Raises `SettingsError` for anything else."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError("BOT_DATABASE_URL: not a database address") from None
    backend = parsed.get_backend_name()
    # hide_parameters below: an error message must never carry a bound value into a log.
    if backend == "sqlite":
        options = {"timeout": _BUSY_MS / 1000, "isolation_level": None, "check_same_thread": False}
        # A database in memory is gone with its connection, so there is only one.
        pool = {"poolclass": StaticPool} if parsed.database in (None, "", ":memory:") else {}
        engine = create_engine(parsed, connect_args=options, hide_parameters=True, **pool)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    if backend == "postgresql":
        psycopg = parsed.set(drivername="postgresql+psycopg")
        return create_engine(psycopg, pool_pre_ping=True, pool_size=10, hide_parameters=True)
    raise SettingsError(f"BOT_DATABASE_URL: {backend} is not supported; use sqlite or postgresql")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={_BUSY_MS}",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_immediate(connection: Any) -> None:
    # The write lock is taken at the start: a transaction that starts reading cannot fail later when it first writes.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
