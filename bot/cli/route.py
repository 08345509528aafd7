"""`bot route`: where a place is and whom one would be told to ring there, at a given moment."""

import json as jsonlib
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, get_args

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.options import moment, one_of
from bot.cli.words import word
from bot.directory.agencies import Category, Writer
from bot.directory.choose import Channel, Contact, Directory
from bot.directory.hours import LONDON
from bot.directory.places import Place, Places
from bot.directory.plans import URGENCIES
from bot.errors import DataError
from bot.settings import Settings

_SHOWN = ("id", "name", "kind", "phone", "open_now", "why", "checked_on")
_WIDTH = 180


def route(
    place: str,
    at: Annotated[str | None, typer.Option(metavar="ISO-TIME")] = None,
    category: Annotated[str, typer.Option(help=" | ".join(get_args(Category)))] = "unsure",
    writer: Annotated[str, typer.Option(help=" | ".join(get_args(Writer)))] = "neighbour",
    urgency: Annotated[str, typer.Option(help=" | ".join(URGENCIES))] = "concern",
    channel: Annotated[str, typer.Option(help=" | ".join(get_args(Channel)))] = "web",
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Resolve PLACE and list whom to ring, as the bot would."""
    category = one_of(get_args(Category), category.removeprefix("concern_"), "--category")
    writer = one_of(get_args(Writer), writer, "--writer")
    urgency = one_of(URGENCIES, urgency, "--urgency")
    channel = one_of(get_args(Channel), channel, "--channel")
    when = moment(at)
    folder = Settings.load().directory
    directory = Directory.load(folder)
    if faults := directory.faults(datetime.now(LONDON).date()):
        raise DataError(faults[0])
    found = Places.load(folder).resolve(place)
    contacts = directory.contacts(found, when, category, writer, urgency, channel)
    if json:
        typer.echo(jsonlib.dumps(as_json(found, contacts), ensure_ascii=False))
    else:
        _print(found, contacts)


def as_json(place: Place, contacts: list[Contact]) -> dict[str, Any]:
    """The shape that `--json` promises."""
    return {
        "place": place.said,
        "boroughs": list(place.boroughs),
        "ask": list(place.ask) if place.ask else None,
        "contacts": [
            {key: value for key, value in asdict(c).items() if key in _SHOWN} | {"checked_on": c.checked_on.isoformat()}
            for c in contacts
        ],
    }


def _print(place: Place, contacts: list[Contact]) -> None:
    console = Console(width=_WIDTH)
    borough = ", ".join(place.boroughs) or ("outside" if place.outside else "-")
    ask = f"ask: {' / '.join(place.ask)}" if place.ask else ""
    console.print(f"{place.name or '-'}: {borough} {ask}".rstrip(), markup=False, highlight=False)
    table = Table(box=None)
    for column in ("phone", "open_now", "checked_on", "name", "why"):
        table.add_column(column, no_wrap=column not in ("name", "why"))
    for c in contacts:
        phone = f"{c.phone} > {c.option}" if c.option else c.phone
        table.add_row(phone, _answered(c), c.checked_on.isoformat(), c.name, word(f"why_{c.why}"))
    console.print(table)


def _answered(contact: Contact) -> str:
    """ "true", "true -17:15", "false 08:45-" or "?"."""
    if contact.open_now is None:
        return "?"
    shown = str(contact.open_now).lower()
    if contact.until:
        return f"{shown} -{contact.until:%H:%M}"
    return f"{shown} {contact.opens:%H:%M}-" if contact.opens else shown
