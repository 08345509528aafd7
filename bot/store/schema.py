"""Bring a database to the current schema, or say how it differs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from bot.errors import StoreUnavailable
from bot.store import models  # noqa: F401 - defines the tables
from bot.store.columns import Base

_SCRIPTS = Path(__file__).parent / "migrations"
# Any number that nothing else in the database uses for an advisory lock.
_LOCK = 7_251_001


def upgrade(engine: Engine) -> None:
    """Apply every missing migration. Several processes may start at once: one migrates, the others wait.

    Raises `StoreUnavailable`.
    """
    with _transaction(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if _current(connection) != _head():
            command.upgrade(_config(connection), "head")


def downgrade(engine: Engine) -> None:
    """Undo every migration. For tests of the migrations."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), "base")


def differences(engine: Engine) -> list[str]:
    """How the database differs from the models; empty when it is current. Raises `StoreUnavailable`."""
    with _transaction(engine) as connection:
        if _current(connection) != _head():
            return ["migrations are missing: run bot db upgrade"]
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(item) for item in compare_metadata(context, Base.metadata)]


def draft(engine: Engine, message: str) -> None:
    """Write a new migration from the models. For developers."""
    with engine.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as connection:
            yield connection
    except OperationalError as error:
        # The driver's own words: there is no row in them yet, and whoever starts the service needs them.
        raise StoreUnavailable(str(error.orig).strip().splitlines()[0]) from None


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _head() -> str | None:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return ScriptDirectory.from_config(config).get_current_head()
