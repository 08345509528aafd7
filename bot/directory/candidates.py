"""Who may come into one answer: each step of a plan, filled from the records in effect at that moment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bot.directory.agencies import Agency, Kind, WhenShut
from bot.directory.contact import Contact, contact, from_abroad
from bot.directory.gazetteer import BOROUGHS
from bot.directory.hours import Clock
from bot.directory.places import Place
from bot.directory.plans import (
    AT_MOST,
    EMERGENCY,
    FOR_CHILDREN,
    NATIONAL_HELPLINE,
    OTHER_COUNCILS,
    POLICE,
    Plan,
    Step,
)
from bot.directory.shortlist import Unit

_POSSIBLE_AT_MOST = 2
_LAST = 99
_SORT: Mapping[Kind, str] = {"voluntary": "charity", "health": "health", "police": "police", "national": "charity"}
"""Kinds that may come in as a helpline, and what `why` calls them."""

_FIRST, _FIRST_TEAM, _FIRST_HELPLINE, _POLICE, _MORE_HELPLINES, _SECOND_TEAM = range(6)
"""Claims to one of the four places."""


def teams_of(agencies: Iterable[Agency], kind: Kind, borough: str) -> tuple[Agency | None, Agency | None]:
    """A borough's desk, and its team for when the desk does not answer."""
    found = [a for a in agencies if a.kind == kind and borough in a.boroughs]
    out_of_hours = [a for a in found if isinstance(a.hours, WhenShut)]
    return next((a for a in found if a not in out_of_hours), None), next(iter(out_of_hours), None)


@dataclass(frozen=True)
class Candidates:
    """One question. `agencies`: those that may be given at that moment."""

    agencies: Sequence[Agency]
    clock: Clock
    plan: Plan
    place: Place | None
    at: datetime
    channel: str

    @property
    def borough(self) -> str | None:
        return self.place.borough if self.place else None

    @cached_property
    def possible(self) -> tuple[str, ...]:
        """The boroughs among the names to choose from; none if there are too many for one message."""
        names = (name.lower() for name in (self.place.ask or ())) if self.place else ()
        ours = tuple(name for name in names if name in BOROUGHS)
        return ours if len(ours) <= _POSSIBLE_AT_MOST else ()

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The plan's, or the national way where we know no borough or may not give its number for children."""
        local = self.plan.steps
        if not self.borough:
            return local if self.possible else self.plan.national()
        teams = [step for step in local if step in ("children", "adults")]
        missing = teams[:1] == ["children"] and not self._on_duty("children", self.borough)
        return self.plan.national() if missing else local

    def units(self) -> Iterator[Unit]:
        """Danger and the child's own line have the first claim, then the first team, and so on down."""
        team_ranks = iter((_FIRST_TEAM, _SECOND_TEAM))
        for place, step in enumerate(self.steps):
            if step == "emergency":
                yield Unit(place, _FIRST, [self._contact(EMERGENCY, self._danger)])
            elif step == "for_children":
                yield Unit(place, _FIRST, [self._contact(FOR_CHILDREN, "for_a_child")])
            elif step == "police":
                yield Unit(place, _POLICE, [self._police(self._police_why)])
            elif step == "helplines":
                for number, helpline in enumerate(self._helplines()):
                    yield Unit(place, _MORE_HELPLINES if number else _FIRST_HELPLINE, [helpline])
            elif step == "national_helpline":
                yield Unit(place, _FIRST_HELPLINE, self._national_helpline())
            else:
                yield Unit(place, next(team_ranks), self._fitting(self._desks(step)))

    def last_resort(self) -> Unit:
        """The police, who always answer."""
        steps = self.steps
        place = steps.index("police") if "police" in steps else _LAST
        return Unit(place, _FIRST, [self._police(self._police_why)])

    def answers(self, given: Contact) -> bool:
        """Whether a person surely answers there. 999 counts only where somebody is in danger now."""
        # From abroad the police are rung by somebody here.
        reached = given.dial is not None or (self.plan.abroad and given.id in (EMERGENCY, POLICE))
        return bool(given.open_now and reached and (self.plan.emergency or given.id != EMERGENCY))

    @property
    def _danger(self) -> str:
        why = "emergency" if self.plan.emergency else "if_in_danger"
        return f"{why}_from_abroad" if self.plan.abroad else why

    @property
    def _police_why(self) -> str:
        return "police_non_emergency" if self.borough else "national_route"

    def _police(self, why: str) -> Contact:
        return self._contact(POLICE, "police_from_abroad" if self.plan.abroad else why)

    def _desks(self, kind: Kind) -> list[list[Contact]]:
        """The team on duty where the child or adult is, a list a borough; what stands in where there is none."""
        if self.borough:
            found = [self._on_duty(kind, self.borough)]
        else:
            found = [self._on_duty(kind, borough, "possible_") for borough in self.possible]
        found = [contacts for contacts in found if contacts]
        if kind == "adults":
            # Otherwise an adult's list would begin with the children's desk.
            stands_in = not found and self.borough and "children" in self.steps
            return [[self._police("stands_in")]] if stands_in else found
        unnamed = len(self.place.ask or ()) > len(self.possible) if self.place else False
        outside = self.place is not None and self.place.outside
        if outside or (self.channel != "sms" and (not found or unnamed)):
            found.append([self._contact(OTHER_COUNCILS, "national_route")])
        return found

    def _fitting(self, boroughs: list[list[Contact]]) -> list[Contact]:
        """Both numbers of each borough, or the likelier of each where two boroughs' do not fit."""
        every = [c for contacts in boroughs for c in contacts]
        room = AT_MOST - sum(step in ("emergency", "for_children") for step in self.steps)
        needed = len(every) + (not any(self.answers(c) for c in every) and len(boroughs) > 1)
        return every if needed <= room else [contacts[0] for contacts in boroughs][:room]

    def _on_duty(self, kind: Kind, borough: str, prefix: str = "") -> list[Contact]:
        day, out_of_hours = teams_of(self._reachable(), kind, borough)
        desk = self._given(day, f"{prefix}day_team") if day else None
        team = self._given(out_of_hours, f"{prefix}out_of_hours") if out_of_hours else None
        known = day or out_of_hours
        if known is None:
            return []
        if self.clock.state(known, self.at).sure:
            return [c for c in (desk, team) if c and c.open_now]
        if desk is None or team is None:
            return [c for c in (desk, team) if c and c.open_now is not False]
        return [team, desk] if team.open_now else [desk, team]

    def _national_helpline(self) -> list[Contact]:
        """At any hour: where its hours are not known it is named with the police, who surely answer."""
        known = (a for a in self._reachable() if a.id == NATIONAL_HELPLINE)
        return [
            self._given(agency, "national_helpline")
            for agency in known
            if self.plan.writer != "child" and "children" in self.steps and self.plan.category in agency.handles
        ]

    def _helplines(self) -> list[Contact]:
        """Those for this worry and this writer that may answer now: surely open first, local before national."""
        choices: list[tuple[tuple[bool, ...], Agency]] = []
        for agency in self._reachable():
            if not self._suits(agency):
                continue
            open_now = self.clock.state(agency, self.at).open_now
            if open_now or (open_now is None and self.clock.is_office_time(self.at)):
                key = (
                    agency.later and not self.plan.abroad,
                    not open_now,
                    agency.phone is not None,
                    agency.boroughs == "uk",
                )
                choices.append((key, agency))
        choices.sort(key=lambda choice: choice[0])
        choices = choices[: self.plan.helplines]
        return [self._given(a, f"{_SORT[a.kind] if a.phone else 'text'}_for_{self.plan.category}") for _, a in choices]

    def _suits(self, agency: Agency) -> bool:
        if agency.kind not in _SORT or agency.id in (EMERGENCY, POLICE, FOR_CHILDREN):
            return False
        if agency.audience not in (None, "women") or not (agency.phone or self._may_text(agency)):
            return False
        plan = self.plan
        return plan.category in agency.handles and plan.writer in agency.serves and agency.covers(self.borough)

    def _may_text(self, agency: Agency) -> bool:
        """Lines that only take texts, for those who need help themselves and may be unable to speak."""
        if agency.text is None or self.plan.abroad:
            return False
        return self.plan.writer == "child" or (self.plan.writer == "adult" and self.channel == "sms")

    def _reachable(self) -> Iterable[Agency]:
        return [a for a in self.agencies if from_abroad(a)] if self.plan.abroad else self.agencies

    def _contact(self, agency_id: str, why: str) -> Contact:
        return self._given(next(a for a in self.agencies if a.id == agency_id), why)

    def _given(self, agency: Agency, why: str) -> Contact:
        return contact(agency, self.clock, self.at, why, abroad=self.plan.abroad)
