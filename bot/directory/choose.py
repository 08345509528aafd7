"""Whom to ring: a short list in order, of which one is always answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from bot.directory import confirmations
from bot.directory.agencies import Agency, Kind, read_records
from bot.directory.candidates import Candidates, teams_of
from bot.directory.confirmations import Standing
from bot.directory.contact import Contact as Contact
from bot.directory.contact import contact
from bot.directory.gazetteer import BOROUGHS
from bot.directory.hours import LONDON, BankHolidays, Clock
from bot.directory.places import Place
from bot.directory.plans import CHARITIES, FOR_CHILDREN, OTHER_COUNCILS, plan_for
from bot.directory.plans import EMERGENCY as EMERGENCY
from bot.directory.plans import POLICE as POLICE
from bot.directory.shortlist import shortlist
from bot.errors import DataError
from bot.languages.normalise import for_matching

# Of a name so long other endings are taken too, as many languages put them on.
_TAKES_ENDINGS = 7

KEYSTONES = (EMERGENCY, POLICE, FOR_CHILDREN, OTHER_COUNCILS, "crimestoppers", "relay_uk")
"""What every list and our own sentences are built around: always there, published and without an end."""

Channel = Literal["web", "sms"]


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """A borough's numbers, for a page that shows them all. None: not published."""

    borough: str
    day: Agency | None
    out_of_hours: Agency | None


class Directory:
    """The records as the ledger leaves them. Which of them are in effect is judged at the moment that is asked for."""

    def __init__(
        self,
        agencies: Mapping[str, Agency],
        holidays: BankHolidays,
        files: Mapping[str, str] | None = None,
        standing: Standing | None = None,
    ) -> None:
        """`files`: the file that each record is in."""
        self.agencies = agencies
        self.holidays = holidays
        self.files = files or {}
        self.standing = standing or Standing({}, {})
        self._clock = Clock(holidays, agencies)
        self._published = [a for a in agencies.values() if a.publish]
        self._dated = any(a.effective_from or a.effective_to for a in self._published)
        self._check_keystones()

    @classmethod
    def load(cls, folder: Path) -> "Directory":
        """From `data/directory`. Raises `DataError` naming file, record and field."""
        records = read_records(folder)
        known = {agency.id: agency for _, agency in records}
        standing = confirmations.standing(known, confirmations.load(folder, known))
        files = {agency.id: path.name for path, agency in records}
        return cls(confirmations.apply(known, standing), BankHolidays.load(folder), files, standing)

    def _check_keystones(self) -> None:
        for needed in KEYSTONES:
            file, agency = self.files.get(needed, "agencies"), self.agencies.get(needed)
            if agency is None or not agency.publish:
                raise DataError(f"{file}: {needed}: publish: this record must be there and published")
            for field in ("effective_from", "effective_to"):
                if getattr(agency, field):
                    raise DataError(f"{file}: {needed}: {field}: nothing works without this record, so it has no dates")

    def published(self, agency_id: str, day: date | None = None) -> Agency | None:
        """The record if it may be given; if a day in London is named, on that day."""
        agency = self.agencies.get(agency_id)
        return agency if agency and agency.publish and (day is None or agency.in_effect(day)) else None

    def front_doors(self, kind: Kind = "children", day: date | None = None) -> list[FrontDoor]:
        """The seven boroughs in order, each with its desk and its out-of-hours team; as on a day, if one is named."""
        agencies = self._published if day is None else self._on(day)
        return [FrontDoor(b, *teams_of(agencies, kind, b)) for b in BOROUGHS]

    def overdue(self, on: date) -> list[Agency]:
        """Published records that should have been rung again by now."""
        return [a for a in self._on(on) if a.check_by < on]

    def ended(self, on: date) -> list[Agency]:
        """Records whose last day is past: nobody gets them, and they should be mended or taken out."""
        return [a for a in self.agencies.values() if a.effective_to and a.effective_to < on]

    def faults(self, on: date) -> list[str]:
        """One line for each of these, such as "children.yml: csc_dudley: effective_to: 2026-11-20 is past"."""
        return [f"{self.files.get(a.id, '?')}: {a.id}: effective_to: {a.effective_to} is past" for a in self.ended(on)]

    def contacts(
        self, place: Place | None, at: datetime, category: str, writer: str, urgency: str, channel: str = "web"
    ) -> list[Contact]:
        """At most four, the first to ring first, and at least one that is answered at that moment.

        `channel`: web or sms; a text is not answered with what needs a browser.
        """
        plan = plan_for(category, writer, urgency)
        candidates = Candidates(self._on(at.astimezone(LONDON).date()), self._clock, plan, place, at, channel)
        # By day a desk is behind its number; at night a team of one or two may be on the telephone.
        at_least = 1 if plan.emergency or self._clock.is_office_time(at) else 2
        return shortlist(candidates.units(), candidates.answers, candidates.last_resort(), at_least)

    def named(self, text: str, at: datetime, borough: str | None = None, *, abroad: bool = False) -> list[Contact]:
        """The agencies that a text calls by name, in its order; of those that share one, first those that answer now.

        With a borough, those that serve it, if any does.
        """
        said = for_matching(text)
        found = [(place, a) for a in self._on(at.astimezone(LONDON).date()) if (place := _called(a, said)) is not None]
        here = [(place, a) for place, a in found if borough is None or a.covers(borough)]
        named = [(place, self._given(a, "named", at, abroad)) for place, a in here or found]
        return [one for _, one in sorted(named, key=lambda pair: (pair[0], not pair[1].open_now))]

    def charities(self, at: datetime, *, abroad: bool = False) -> list[Contact]:
        """For whoever asks for charities and has told no worry."""
        agencies = {a.id: a for a in self._on(at.astimezone(LONDON).date())}
        return [self._given(agencies[name], "charity_for_unsure", at, abroad) for name in CHARITIES if name in agencies]

    def _given(self, agency: Agency, why: str, at: datetime, abroad: bool) -> Contact:
        return contact(agency, self._clock, at, why, abroad=abroad)

    def _on(self, day: date) -> list[Agency]:
        return [a for a in self._published if a.in_effect(day)] if self._dated else self._published


def _called(agency: Agency, said: str) -> int | None:
    """Where in a text as `for_matching` gives it the agency is called by one of its names."""
    names = (for_matching(name).strip() for name in agency.known_as)
    places = (said.find(f" {name}" if len(name) >= _TAKES_ENDINGS else f" {name} ") for name in names)
    return min((place for place in places if place >= 0), default=None)
