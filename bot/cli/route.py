"""`bot route`: where a place is and whom one would be told to ring there, at a given moment."""

import json as jsonlib
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, get_args

import typer
from rich.console import Console
from rich.table import Table

from bot.directory.agencies import Category, Writer
from bot.directory.choose import Contact, Directory
from bot.directory.hours import LONDON
from bot.directory.places import Place, Places
from bot.settings import ROOT

_FOLDER = ROOT / "data" / "directory"
_URGENCIES = ("emergency", "check", "urgent", "concern", "note", "information")
_SHOWN = ("id", "name", "kind", "phone", "open_now", "why", "checked_on")


def route(
    place: str,
    at: Annotated[str | None, typer.Option(metavar="ISO-TIME")] = None,
    category: Annotated[str, typer.Option()] = "unsure",
    writer: Annotated[str, typer.Option()] = "neighbour",
    urgency: Annotated[str, typer.Option()] = "concern",
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Resolve PLACE and list whom to ring, as the bot would."""
    category = _one_of(get_args(Category), category.removeprefix("concern_"), "--category")
    writer = _one_of(get_args(Writer), writer, "--writer")
    urgency = _one_of(_URGENCIES, urgency, "--urgency")
    found = Places.load(_FOLDER).resolve(place)
    contacts = Directory.load(_FOLDER).contacts(found, _moment(at), category, writer, urgency)
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


def _moment(at: str | None) -> datetime:
    if at is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--at") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def _one_of(known: tuple[str, ...], said: str, option: str) -> str:
    if said not in known:
        raise typer.BadParameter(" | ".join(known), param_hint=option)
    return said


def _print(place: Place, contacts: list[Contact]) -> None:
    console = Console()
    borough = ", ".join(place.boroughs) or ("outside" if place.outside else "-")
    ask = f"ask: {' / '.join(place.ask)}" if place.ask else ""
    console.print(f"{place.name or '-'}: {borough} {ask}".rstrip(), markup=False)
    table = Table(box=None)
    for column in ("phone", "open_now", "why", "checked_on", "name"):
        table.add_column(column, no_wrap=column != "name")
    for c in contacts:
        phone = f"{c.phone} > {c.option}" if c.option else c.phone
        open_now = "?" if c.open_now is None else str(c.open_now).lower()
        table.add_row(phone, open_now, c.why, c.checked_on.isoformat(), c.name)
    console.print(table)
