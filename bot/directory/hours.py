"""Whether somebody answers at a given moment, by London's clocks and bank holidays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.directory.agencies import WEEKDAYS, Agency, Hours, Weekly, WhenShut
from bot.directory.files import checked, read_yaml

LONDON = ZoneInfo("Europe/London")
NEAR_A_CHANGE = timedelta(minutes=15)
"""So close to opening or closing, the fifteenth minute included, that the other number is given as well."""

_INSTANT = timedelta.resolution

_WIDEST_OFFICE_DAY = (time(8), time(18))
"""A desk whose hours nobody knows is still surely shut outside these, at weekends and on bank holidays."""

_LOOK_AHEAD = 10
"""Days in which every desk with hours opens, over any holidays."""


class _Covers(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    start: date = Field(alias="from")
    end: date = Field(alias="to")


class BankHolidays(BaseModel):
    """The published list for the dates it covers; for others the rules of the `holidays` library."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    source: str
    checked_on: date
    covers: _Covers
    dates: frozenset[date]

    @model_validator(mode="after")
    def _lie_inside(self) -> "BankHolidays":
        if any(not self.covers.start <= day <= self.covers.end for day in self.dates):
            raise ValueError("dates: one lies outside covers")
        return self

    @classmethod
    def load(cls, folder: Path) -> "BankHolidays":
        path = folder / "bank_holidays.yml"
        return checked(cls, read_yaml(path), path)

    def __contains__(self, day: date) -> bool:
        if self.covers.start <= day <= self.covers.end:
            return day in self.dates
        return day in _reckoned(day.year)


@lru_cache(maxsize=16)
def _reckoned(year: int) -> frozenset[date]:
    # Imported here: it loads slower than the rest of the directory, and is needed only when the file ends.
    from holidays import country_holidays

    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


@dataclass(frozen=True, slots=True)
class State:
    """`open_now`: True, False, or None where nobody can know. Not `sure`: give the other number too."""

    open_now: bool | None
    sure: bool


class Clock:
    """Reads the hours of agencies at a moment. Days are London's, whatever zone the moment comes in."""

    def __init__(self, holidays: BankHolidays, agencies: Mapping[str, Agency]) -> None:
        self._holidays = holidays
        self._agencies = agencies

    def state(self, agency: Agency, at: datetime) -> State:
        """Raises `ValueError` for a moment without a zone."""
        if at.tzinfo is None:
            raise ValueError("at needs a time zone")
        if isinstance(agency.hours, WhenShut):
            return self._out_of_hours(self._agencies[agency.hours.when_shut], at)
        return self._desk(agency.hours, at)

    def until(self, agency: Agency, at: datetime) -> datetime | None:
        """When the present state ends, in London's time; None where that never happens or nobody knows."""
        hours = agency.hours
        if isinstance(hours, WhenShut):
            hours = self._agencies[hours.when_shut].hours
        if not isinstance(hours, Weekly) or _is_between_the_years(at):
            return None
        now = self._open(hours, at)
        for moment in _edges(hours, at.astimezone(LONDON)):
            if self._open(hours, moment) != now:
                return None if now is None or _is_between_the_years(moment) else moment
        return None

    def is_office_time(self, at: datetime) -> bool:
        """Whether an office whose hours are unknown might answer."""
        local = at.astimezone(LONDON)
        working = local.weekday() < 5 and local.date() not in self._holidays
        return working and _WIDEST_OFFICE_DAY[0] <= local.time() < _WIDEST_OFFICE_DAY[1]

    def _desk(self, hours: Hours, at: datetime) -> State:
        if hours == "always":
            return State(True, True)
        if not isinstance(hours, Weekly):
            return State(None, False)
        now = self._open(hours, at)
        if _is_between_the_years(at):
            # Offices close on days of their own choosing then; only the days off are certain.
            return State(None if now else now, False)
        steady = now is not None and all(
            self._open(hours, moment) == now for moment in (at - NEAR_A_CHANGE - _INSTANT, at + NEAR_A_CHANGE)
        )
        return State(now, steady)

    def _out_of_hours(self, desk: Agency, at: datetime) -> State:
        if not isinstance(desk.hours, Weekly):
            surely_shut = desk.hours is None and not self.is_office_time(at)
            return State(True if surely_shut else None, False)
        state = self._desk(desk.hours, at)
        return State(None if state.open_now is None else not state.open_now, state.sure)

    def _open(self, hours: Weekly, at: datetime) -> bool | None:
        local = at.astimezone(LONDON)
        spans = hours.days[WEEKDAYS[local.weekday()]]
        inside = any(start <= local.time() < end for start, end in spans)
        if inside and local.date() in self._holidays and hours.bank_holidays != "same":
            return False if hours.bank_holidays == "closed" else None
        return inside


def _edges(hours: Weekly, local: datetime) -> Iterator[datetime]:
    """Every beginning and end of a span after this moment, in order."""
    for days in range(_LOOK_AHEAD):
        day = local.date() + timedelta(days=days)
        for edge in sorted({edge for span in hours.days[WEEKDAYS[day.weekday()]] for edge in span}):
            moment = datetime.combine(day, edge, LONDON)
            if moment > local:
                yield moment


def _is_between_the_years(at: datetime) -> bool:
    local = at.astimezone(LONDON)
    return (local.month, local.day) >= (12, 24) or (local.month, local.day) <= (1, 2)
