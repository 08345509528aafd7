"""`bot staff`: accounts of the console. Each command that opens an account prints a link that works once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from bot import bootstrap
from bot.cli.words import word
from bot.safeguarding.permissions import ROLES
from bot.settings import Settings
from bot.store.unit_of_work import Store
from bot.usecases import staff_accounts

staff = typer.Typer(no_args_is_help=True, help="Accounts of the staff console.")
_LOCAL = "http://localhost:8000"


@staff.command()
def add(
    username: str,
    name: Annotated[str, typer.Option(help="The person's name; colleagues see it.")],
    role: Annotated[str, typer.Option(help=" | ".join(ROLES))] = "reviewer",
) -> None:
    """Make an account and print its one-time link."""
    with _opened() as records:
        if fault := staff_accounts.fault(records, username, name, role):
            raise typer.BadParameter(word(f"staff_fault_{fault}"))
        token = staff_accounts.add(records, username, name, role)
    _say_link("staff_added", token, username=username, role=role)


@staff.command("list")
def list_() -> None:
    """List the accounts."""
    with _opened() as records:
        accounts = staff_accounts.everyone(records)
    for account in accounts:
        typer.echo(
            word(
                "staff_listed",
                username=account.username,
                role=account.role,
                state=word(f"staff_state_{account.state}"),
                name=account.name,
            )
        )


@staff.command()
def reset(username: str) -> None:
    """Take away password and authenticator, end every session, print a new one-time link. Unlocks and re-enables."""
    with _opened() as records:
        token = staff_accounts.reset(records, username)
    _say_link("staff_reset", token, username=username)


@staff.command()
def disable(username: str) -> None:
    """Close an account and end its sessions."""
    with _opened() as records:
        staff_accounts.disable(records, username)
    typer.echo(word("staff_disabled", username=username))


@dataclass(frozen=True)
class _Records:
    """The database alone: loading the model would take seconds."""

    store: Store
    clock: Callable[[], datetime]


@contextmanager
def _opened() -> Iterator[_Records]:
    store = bootstrap.open_store(Settings.load())
    try:
        yield _Records(store, bootstrap.utc_now)
    finally:
        store.close()


def _say_link(key: str, token: str, **values: str) -> None:
    base = Settings.load().public_url.rstrip("/") or _LOCAL
    typer.echo(word(key, url=f"{base}/staff/first/{token}", hours=staff_accounts.FIRST_SIGN_IN_HOURS, **values))
