"""What an operator has to look after in the directory: numbers to ring again, gaps, dates that run out."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args

from bot.directory.choose import Directory
from bot.directory.hours import LONDON
from bot.directory.places import Place
from bot.directory.working_days import is_working_day

DUE_SOON = timedelta(days=14)
HOLIDAYS_END_SOON = timedelta(days=90)
_NOON, _NIGHT = time(12), time(3)

Sort = Literal[
    "ended",
    "overdue",
    "ending",
    "due",
    "lapsed",
    "holidays_end",
    "no_team",
    "no_day_team",
    "no_out_of_hours_team",
    "withheld",
]
_ORDER: tuple[Sort, ...] = get_args(Sort)
GRAVE: frozenset[Sort] = frozenset({"ended", "overdue"})
"""What makes `bot directory check` fail."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`field`: what in the record it is about. `due`: by when, if a day is set. `values`: for the sentence about it."""

    id: str
    name: str
    problem: Sort
    field: str | None = None
    due: date | None = None
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)


def problems(directory: Directory, on: date) -> list[Problem]:
    """Everything, the gravest first and then by day. `on`: a day in London."""
    found = [*_dates(directory, on), *_lapsed(directory), *_holidays(directory, on)]
    found += [*_gaps(directory, on), *_withheld(directory)]
    return sorted(found, key=lambda p: (_ORDER.index(p.problem), p.due or date.max))


def _dates(directory: Directory, on: date) -> Iterator[Problem]:
    for agency in directory.agencies.values():
        end = agency.effective_to
        if end and end < on:
            yield Problem(agency.id, agency.name, "ended", "effective_to", end)
        elif end and agency.publish and end <= on + DUE_SOON:
            yield Problem(agency.id, agency.name, "ending", "effective_to", end)
        if agency.publish and agency.in_effect(on) and agency.check_by <= on + DUE_SOON:
            sort: Sort = "overdue" if agency.check_by < on else "due"
            yield Problem(agency.id, agency.name, sort, "check_by", agency.check_by)


def _lapsed(directory: Directory) -> Iterator[Problem]:
    for name, entry in directory.standing.lapsed.items():
        values = {"by": entry.by, "on": entry.on.isoformat()}
        yield Problem(name, directory.agencies[name].name, "lapsed", "confirmed", None, values)


def _withheld(directory: Directory) -> Iterator[Problem]:
    for agency in directory.agencies.values():
        if not agency.publish:
            values = {"because": agency.unpublished_because or ""}
            yield Problem(agency.id, agency.name, "withheld", "publish", None, values)


def _holidays(directory: Directory, on: date) -> Iterator[Problem]:
    end = directory.holidays.covers.end
    if end <= on + HOLIDAYS_END_SOON:
        yield Problem("bank_holidays", "bank_holidays.yml", "holidays_end", "covers.to", end)


def _gaps(directory: Directory, on: date) -> Iterator[Problem]:
    """Boroughs where some number for children or adults may not be given, and who is named then."""
    for kind, category in (("children", "unsure"), ("adults", "adult")):
        for door in directory.front_doors("children" if kind == "children" else "adults", on):
            if door.day and door.out_of_hours:
                continue
            by_day, by_night = (_named(directory, door.borough, category, on, t) for t in (_NOON, _NIGHT))
            sort: Sort = "no_out_of_hours_team" if door.day else "no_day_team" if door.out_of_hours else "no_team"
            values = {"kind": kind, "day": by_day, "night": by_night}
            yield Problem(door.borough, door.borough.title(), sort, kind, None, values)


def _named(directory: Directory, borough: str, category: str, on: date, clock: time) -> str:
    """Who is named there to a neighbour on the next working day."""
    while not is_working_day(on, directory.holidays):
        on += timedelta(days=1)
    at = datetime.combine(on, clock, LONDON)
    return ", ".join(
        c.name for c in directory.contacts(Place("", "", (borough,)), at, category, "neighbour", "concern")
    )
