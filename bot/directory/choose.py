"""Whom to ring: a short list in order, of which one is always answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.directory.agencies import Agency, Kind, WhenShut, load_agencies
from bot.directory.gazetteer import BOROUGHS
from bot.directory.hours import BankHolidays, Clock
from bot.directory.places import Place
from bot.directory.plans import AT_MOST, IN_EMERGENCY, Plan, plan_for
from bot.errors import DataError

EMERGENCY, POLICE, FOR_CHILDREN, OTHER_COUNCILS = "police_999", "police_101", "childline", "csc_elsewhere"
"""The records every list is built around; `Directory.load` makes sure that they are there and published."""

_POSSIBLE_AT_MOST = 2


@dataclass(frozen=True, slots=True)
class Contact:
    """One line of the answer. `phone` is what to show: a number, or a web address where there is no number.

    `dial` is for a link, None if nothing can be dialled. `why` is a code; catalogues have its words.
    """

    id: str
    name: str
    kind: Kind
    phone: str
    open_now: bool | None
    why: str
    checked_on: date
    dial: str | None = None
    option: int | None = None
    web: str | None = None


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """A borough's numbers, for a page that shows them all. None: not published."""

    borough: str
    day: Agency | None
    out_of_hours: Agency | None


class Directory:
    def __init__(self, agencies: Mapping[str, Agency], holidays: BankHolidays) -> None:
        self.agencies = agencies
        self._clock = Clock(holidays, agencies)
        self._published = [a for a in agencies.values() if a.publish]
        for needed in (EMERGENCY, POLICE, FOR_CHILDREN, OTHER_COUNCILS):
            if needed not in agencies or not agencies[needed].publish:
                raise DataError(f"agencies: {needed}: publish: this record must be there and published")

    @classmethod
    def load(cls, folder: Path) -> "Directory":
        """From `data/directory`. Raises `DataError` naming file, record and field."""
        return cls(load_agencies(folder), BankHolidays.load(folder))

    def published(self, agency_id: str) -> Agency | None:
        agency = self.agencies.get(agency_id)
        return agency if agency and agency.publish else None

    def front_doors(self, kind: Kind = "children") -> list[FrontDoor]:
        """The seven boroughs in order, each with its desk and its out-of-hours team."""
        return [FrontDoor(b, *self._teams(kind, b)) for b in BOROUGHS]

    def overdue(self, on: date) -> list[Agency]:
        """Published records that should have been rung again by now."""
        return [a for a in self._published if a.check_by < on]

    def contacts(self, place: Place | None, at: datetime, category: str, writer: str, urgency: str) -> list[Contact]:
        """At most four, the first to ring first, and at least one that is answered at that moment."""
        plan = plan_for(category, writer, urgency)
        found: list[Contact] = []
        for contact in self._steps(plan, place, at):
            if all(contact.id != other.id for other in found):
                found.append(contact)
        limit = IN_EMERGENCY if urgency == "emergency" else AT_MOST
        if not any(c.open_now for c in found[:limit]):
            found = [*found[: limit - 1], self._contact(self.agencies[POLICE], at, "police_non_emergency")]
        return found[:limit]

    def _steps(self, plan: Plan, place: Place | None, at: datetime) -> Iterable[Contact]:
        borough = place.borough if place else None
        for step in plan.steps if borough or self._possible(place) else plan.national():
            if step == "emergency":
                yield self._contact(self.agencies[EMERGENCY], at, plan.emergency_why)
            elif step == "for_children":
                yield self._contact(self.agencies[FOR_CHILDREN], at, "for_a_child")
            elif step == "police":
                yield self._contact(self.agencies[POLICE], at, "police_non_emergency" if borough else "national_route")
            elif step in ("children", "adults"):
                yield from self._desks(step, place, at)
            else:
                yield from self._helplines(plan, borough, at)[: plan.helplines]

    def _desks(self, kind: Kind, place: Place | None, at: datetime) -> list[Contact]:
        """The team on duty where the child or adult is; both teams near a change; the national way elsewhere."""
        if place and place.borough:
            return self._on_duty(kind, place.borough, at)
        possible = self._possible(place)
        found = [c for borough in possible for c in self._on_duty(kind, borough, at, "possible_")]
        if kind == "children" and (not found or (place and len(place.ask or ()) > len(possible))):
            found.append(self._contact(self.agencies[OTHER_COUNCILS], at, "national_route"))
        return found

    def _possible(self, place: Place | None) -> tuple[str, ...]:
        """The boroughs among the names to choose from; none if there are too many for one message."""
        names = (name.lower() for name in (place.ask or ())) if place else ()
        ours = tuple(name for name in names if name in BOROUGHS)
        return ours if len(ours) <= _POSSIBLE_AT_MOST else ()

    def _on_duty(self, kind: Kind, borough: str, at: datetime, prefix: str = "") -> list[Contact]:
        day, out_of_hours = self._teams(kind, borough)
        desk = self._contact(day, at, f"{prefix}day_team") if day else None
        team = self._contact(out_of_hours, at, f"{prefix}out_of_hours") if out_of_hours else None
        if desk is None or day is None:
            return [team] if team and team.open_now is not False else []
        if self._clock.state(day, at).sure:
            return [desk] if desk.open_now else [team] if team else []
        order = [team, desk] if team and team.open_now else [desk, team]
        return [contact for contact in order if contact]

    def _teams(self, kind: Kind, borough: str) -> tuple[Agency | None, Agency | None]:
        teams = [a for a in self._published if a.kind == kind and borough in a.boroughs]
        out_of_hours = [a for a in teams if isinstance(a.hours, WhenShut)]
        return next((a for a in teams if a not in out_of_hours), None), next(iter(out_of_hours), None)

    def _helplines(self, plan: Plan, borough: str | None, at: datetime) -> list[Contact]:
        """Those for this worry and this writer that may answer now: surely open first, local before national."""
        choices: list[tuple[tuple[bool, bool, bool], Agency]] = []
        for agency in self._published:
            if not self._suits(agency, plan, borough):
                continue
            open_now = self._clock.state(agency, at).open_now
            if open_now or (open_now is None and self._clock.is_office_time(at)):
                choices.append(((agency.later, not open_now, agency.boroughs == "uk"), agency))
        choices.sort(key=lambda choice: choice[0])
        return [self._contact(agency, at, f"{_SORT[agency.kind]}_for_{plan.category}") for _, agency in choices]

    def _suits(self, agency: Agency, plan: Plan, borough: str | None) -> bool:
        if agency.kind not in _SORT or agency.phone is None or agency.id in (EMERGENCY, POLICE, FOR_CHILDREN):
            return False
        if agency.audience not in (None, "women"):
            return False
        return plan.category in agency.handles and plan.writer in agency.serves and agency.covers(borough)

    def _contact(self, agency: Agency, at: datetime, why: str) -> Contact:
        phone = agency.phone
        return Contact(
            id=agency.id,
            name=agency.name,
            kind=agency.kind,
            phone=phone.display if phone else (agency.web or ""),
            open_now=self._clock.state(agency, at).open_now,
            why=why,
            checked_on=agency.checked_on,
            dial=phone.dial if phone else None,
            option=phone.option if phone else None,
            web=agency.web,
        )


_SORT: dict[Kind, str] = {
    "voluntary": "charity",
    "health": "health",
    "police": "police",
    "national": "charity",
}
"""Kinds that may come in as a helpline, and what `why` calls them."""
