"""Options that several commands take. A wrong one is one line that says what would be right, and exit 2."""

from datetime import UTC, date, datetime
from typing import NoReturn

import typer

from bot.cli.words import word
from bot.directory.hours import LONDON

_YEARS = range(2000, 2101)


def one_of(known: tuple[str, ...], said: str, option: str) -> str:
    if said not in known:
        wrong("option_unknown", option=option, said=said, known=" | ".join(known))
    return said


def moment(said: str | None, option: str = "--at") -> datetime:
    """ISO time, London's where it names no zone; now where there is none."""
    if said is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        wrong("option_no_time", option=option, said=said)
    if found.year not in _YEARS:
        wrong("option_no_time", option=option, said=said)
    return found if found.tzinfo else found.replace(tzinfo=LONDON)


def day(said: str | None, option: str = "--on") -> date:
    """ISO date; London's today where there is none."""
    if said is None:
        return datetime.now(LONDON).date()
    try:
        found = date.fromisoformat(said)
    except ValueError:
        wrong("option_no_date", option=option, said=said)
    if found.year not in _YEARS:
        wrong("option_no_date", option=option, said=said)
    return found


def wrong(key: str, **values: str) -> NoReturn:
    typer.echo(word(key, **values), err=True)
    raise typer.Exit(2)
