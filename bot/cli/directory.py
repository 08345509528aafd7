"""`bot directory`: what an operator does for the numbers: ring them, take one out, see what has to be done."""

import json as jsonlib
from datetime import date, datetime
from difflib import get_close_matches
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.open_data import import_command
from bot.cli.options import day
from bot.cli.words import word
from bot.directory import confirmations, upkeep
from bot.directory.agencies import Agency
from bot.directory.choose import KEYSTONES, Directory
from bot.directory.confirmations import Entry
from bot.directory.hours import LONDON
from bot.directory.places import Places
from bot.directory.upkeep import Problem
from bot.errors import NotAllowed, NotFound
from bot.settings import Settings

directory = typer.Typer(no_args_is_help=True, help="Agencies: ring them, take one out, see what has to be done.")
_LONGEST = 200
_WIDTH = 180
directory.command("import")(import_command)
By = Annotated[str, typer.Option(metavar="NAME", help="Who did it.")]
On = Annotated[str | None, typer.Option(metavar="DATE", help="When; today if it is not given.")]


@directory.command()
def confirm(agency_id: Annotated[str, typer.Argument(metavar="ID")], by: By, on: On = None) -> None:
    """Somebody has rung it and it is right: give it out, and ring it again within three months."""
    when = day(on)
    agency = _record(agency_id)
    name = _one_line(by, "by")
    if when > _today():
        raise NotAllowed(word("directory_future", day=when))
    if agency.not_for_residents:
        raise NotAllowed(word("directory_not_for_residents", id=agency.id, because=agency.unpublished_because))
    if not agency.has_something_to_give:
        raise NotAllowed(word("directory_nothing_to_give", id=agency.id))
    if agency.effective_to and agency.effective_to < when:
        raise NotAllowed(word("directory_has_ended", id=agency.id, end=agency.effective_to))
    _append(confirmations.confirmed(agency, name, when))
    again = confirmations.three_months_after(when)
    typer.echo(word("directory_confirmed", id=agency.id, number=_number(agency), by=name, on=when, again=again))


@directory.command()
def withhold(
    agency_id: Annotated[str, typer.Argument(metavar="ID")],
    by: By,
    because: Annotated[str, typer.Option(metavar="TEXT", help="Why nobody may be given it.")],
    on: On = None,
) -> None:
    """Take it out at once: it is not given to anybody until somebody confirms it."""
    when = day(on)
    agency = _record(agency_id)
    name, reason = _one_line(by, "by"), _one_line(because, "because")
    if when > _today():
        raise NotAllowed(word("directory_future", day=when))
    if agency.id in KEYSTONES:
        raise NotAllowed(word("directory_keystone", id=agency.id))
    if not agency.publish:
        raise NotAllowed(word("directory_not_given_out", id=agency.id, because=agency.unpublished_because))
    _append(confirmations.withheld(agency, name, when, reason))
    typer.echo(word("directory_withheld_now", id=agency.id, number=_number(agency), by=name, on=when))


@directory.command()
def check(json: Annotated[bool, typer.Option("--json")] = False, on: On = None) -> None:
    """List what has to be done. Exit 1 if a record is overdue or its last day is past."""
    when = day(on)
    folder = Settings.load().directory
    Places.load(folder)
    loaded = Directory.load(folder)
    found = upkeep.problems(loaded, when)
    if json:
        typer.echo(jsonlib.dumps([_as_json(problem) for problem in found], ensure_ascii=False))
    else:
        _print(found)
    for line in loaded.faults(when):
        typer.echo(line, err=True)
    if any(problem.problem in upkeep.GRAVE for problem in found):
        raise typer.Exit(1)


def _today() -> date:
    return datetime.now(LONDON).date()


def _record(agency_id: str) -> Agency:
    """As the ledger leaves it; what it says of numbers and hours is the file's."""
    known = Directory.load(Settings.load().directory).agencies
    if agency_id in known:
        return known[agency_id]
    near = get_close_matches(agency_id, known, n=3, cutoff=0.4)
    raise NotFound(word("directory_unknown", id=agency_id, near=", ".join(near) or "-"))


def _one_line(said: str, option: str) -> str:
    said = said.strip(" ")
    if not said or not said.isprintable() or len(said) > _LONGEST:
        raise NotAllowed(word("directory_one_line", option=option, most=_LONGEST))
    return said


def _append(entry: Entry) -> None:
    confirmations.append(Settings.load().directory, entry)


def _number(agency: Agency) -> str:
    number = agency.phone or agency.text
    return number.display if number else agency.web or ""


def _detail(problem: Problem) -> str:
    return word(f"directory_{problem.problem}", due=problem.due, **problem.values)


def _as_json(problem: Problem) -> dict[str, Any]:
    return {
        "id": problem.id,
        "name": problem.name,
        "problem": problem.problem,
        "field": problem.field,
        "detail": _detail(problem),
        "due": problem.due.isoformat() if problem.due else None,
    }


def _print(found: list[Problem]) -> None:
    table = Table(box=None)
    for column in ("problem", "id", "due", "detail"):
        table.add_column(column, no_wrap=column != "detail")
    for problem in found:
        due = problem.due.isoformat() if problem.due else ""
        table.add_row(problem.problem, problem.id, due, f"{problem.name}: {_detail(problem)}")
    Console(width=_WIDTH).print(table if found else word("directory_nothing_to_do"))
