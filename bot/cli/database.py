"""`bot db` and `bot audit`: the schema and the audit log."""

import typer

from bot import bootstrap
from bot.cli.words import word
from bot.settings import Settings
from bot.store import audit as audit_log
from bot.store import schema

db = typer.Typer(no_args_is_help=True, help="The database's schema.")
audit = typer.Typer(no_args_is_help=True, help="The audit log.")


@db.command()
def upgrade() -> None:
    """Bring the database to the current schema."""
    bootstrap.open_store(Settings.load()).close()
    typer.echo(word("db_current"))


@db.command()
def check() -> None:
    """Say how the database differs from what the code expects; exit 1 if it does."""
    found = schema.differences(bootstrap.open_store_as_it_is(Settings.load()).engine)
    for difference in found:
        typer.echo(word("db_differs", difference=difference), err=True)
    if found:
        raise typer.Exit(1)
    typer.echo(word("db_current"))


@audit.command()
def verify() -> None:
    """Walk the whole chain; exit 1 at the first entry that was changed, removed or cut off."""
    store = bootstrap.open_store(Settings.load())
    with store.reading() as uow:
        state = audit_log.verify(uow.session, store.sealer)
    if state.fault:
        typer.echo(word("audit_broken", fault=state.fault, entries=state.entries), err=True)
        raise typer.Exit(1)
    typer.echo(word("audit_whole", entries=state.entries))
