"""Alembic's entry point. It is always run from `bot db` with a connection in hand, never from an ini file."""

from alembic import context

from bot.store import models  # noqa: F401 - defines the tables
from bot.store.columns import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
