"""The agencies a resident can be sent to: what `data/directory/agencies/*.yml` may say, checked as it is read."""

import re
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal, get_args

import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from bot.directory.files import checked, read_yaml
from bot.directory.gazetteer import BOROUGHS
from bot.errors import DataError

Kind = Literal["police", "children", "adults", "voluntary", "health", "national"]
Served = Literal["child", "parent", "neighbour", "professional", "adult"]
Writer = Literal[Served, "abroad"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Category = Literal[
    "physical",
    "neglect",
    "emotional",
    "sexual",
    "exploitation",
    "domestic_abuse",
    "harmful_practice",
    "online",
    "radicalisation",
    "education",
    "missing",
    "self_harm",
    "adult",
    "unsure",
    "parent",
    "child",
    "emergency",
]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
_EMAIL = r"^[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
_LANGUAGE = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Number(_Record):
    """A telephone number: as people read it, and as a telephone takes it."""

    display: str = Field(min_length=2)
    e164: str | None = None
    short: str | None = Field(default=None, pattern=r"^\d{2,6}$")
    option: int | None = None
    then_press: int | None = None
    word: str | None = None

    @property
    def dial(self) -> str:
        return self.e164 or self.short or ""

    @model_validator(mode="after")
    def _is_dialable(self) -> "Number":
        if bool(self.e164) == bool(self.short):
            raise ValueError("give either e164 or short")
        digits = "".join(c for c in self.display if c.isdigit())
        if self.short:
            if digits != self.short:
                raise ValueError("display and short differ")
            return self
        try:
            number, shown = phonenumbers.parse(self.dial, None), phonenumbers.parse(self.display, "GB")
        except phonenumbers.NumberParseException as error:
            raise ValueError("display or e164 is no telephone number") from error
        if not phonenumbers.is_valid_number(number) or shown != number:
            raise ValueError("e164 is no valid number, or display is another one")
        return self


class Ages(_Record):
    """Whom a service is for, in years, both ends inclusive. Either may be open."""

    youngest: int | None = Field(default=None, alias="from", ge=0, le=120)
    oldest: int | None = Field(default=None, alias="to", ge=0, le=120)

    @model_validator(mode="after")
    def _runs_forward(self) -> "Ages":
        if self.youngest is None and self.oldest is None:
            raise ValueError("give from, to or both")
        if self.youngest is not None and self.oldest is not None and self.youngest > self.oldest:
            raise ValueError("from comes after to")
        return self


_SPAN = re.compile(r"\s*((?:[01]\d|2[0-3]):[0-5]\d)\s*-\s*((?:[01]\d|2[0-3]):[0-5]\d)\s*")


def _spans(value: object) -> object:
    """ "09:00-12:00, 13:00-17:00" as pairs of times, "shut" as none."""
    if value == "shut":
        return ()
    if not isinstance(value, str):
        if isinstance(value, (list, tuple)) and value:
            return value
        raise ValueError("no hours are given; write 09:00-17:00, or shut")
    found = [_SPAN.fullmatch(span) for span in value.split(",")]
    spans = [(time.fromisoformat(m[1]), time.fromisoformat(m[2])) for m in found if m]
    if len(spans) < len(found):
        raise ValueError(f'"{value}" is not written as 09:00-17:00')
    if any(start >= end for start, end in spans):
        raise ValueError(f'"{value}" ends before it begins')
    return spans


Spans = Annotated[tuple[tuple[time, time], ...], BeforeValidator(_spans)]


def _whole_week(days: Mapping[Weekday, Spans]) -> Mapping[Weekday, Spans]:
    """A forgotten day must not be read as a day without hours."""
    missing = [day for day in WEEKDAYS if day not in days]
    if missing:
        raise ValueError(f"{missing[0]} is missing; write shut for a day without hours")
    return days


class Weekly(_Record):
    """Opening hours by weekday, in London's time. All seven days are named; one without hours is `shut`: no spans."""

    days: Annotated[Mapping[Weekday, Spans], AfterValidator(_whole_week)]
    bank_holidays: Literal["closed", "same", "unknown"]


class WhenShut(_Record):
    """Answers whenever that agency's desk does not: an out-of-hours team."""

    when_shut: str


def _sort_of_hours(value: object) -> str:
    """Which of the forms is meant, so that an error speaks of that one only."""
    if isinstance(value, dict):
        return "(when_shut)" if "when_shut" in value else "(weekly)"
    if value is None or value == "unknown":
        return "(unknown)"
    if isinstance(value, (Weekly, WhenShut)):
        return "(weekly)" if isinstance(value, Weekly) else "(when_shut)"
    return "(always)"


def _unknown(value: object) -> None:
    return None


# The brackets keep the tags out of what `files.fault` says.
Hours = Annotated[
    Annotated[Literal["always"], Tag("(always)")]
    | Annotated[Weekly, Tag("(weekly)")]
    | Annotated[WhenShut, Tag("(when_shut)")]
    | Annotated[None, BeforeValidator(_unknown), Tag("(unknown)")],
    Discriminator(_sort_of_hours),
]


class Agency(_Record):
    """One way to reach one agency.

    `languages`: BCP 47, staffed without an interpreter. `effective_from`, `effective_to`: first and last day on which
    it may be given. `referral_email`: a secure mailbox for professionals, never shown to residents.
    `publish`: may be given to a resident. `confirmed`: read on the body's own page, with nothing left to check first.
    `audience`: for some callers only, so never offered to somebody unknown, women's services apart.
    `not_for_residents`: never given out, not even once somebody has rung it.
    `later`: named after the others of its category.
    `handles`: categories without their `concern_`. `boroughs`: "uk" where it serves everybody.
    `known_as`: what people call it when they ask for its number; several may share a name, such as women's aid.
    `check_by`: ring it again before then.
    """

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    name: str = Field(min_length=2)
    known_as: tuple[Annotated[str, Field(min_length=3)], ...] = ()
    kind: Kind
    boroughs: Literal["uk"] | tuple[str, ...]
    phone: Number | None = None
    phone_abroad: Number | None = None
    text: Number | None = None
    email: str | None = None
    referral_email: str | None = Field(default=None, pattern=_EMAIL)
    relay: str | None = None
    web: str | None = Field(default=None, pattern=r"^https://\S+$")
    hours: Hours
    free: bool | None
    interpreter: bool | None
    handles: frozenset[Category]
    serves: frozenset[Served] = Field(min_length=1)
    languages: tuple[Annotated[str, Field(pattern=_LANGUAGE)], ...] = ()
    ages: Ages | None = None
    audience: Literal["women", "men", "lgbt", "own_behaviour"] | None = None
    not_for_residents: bool = False
    later: bool = False
    publish: bool
    confirmed: bool
    unpublished_because: str | None = None
    evidence: Mapping[str, str]
    source: tuple[str, ...] = Field(min_length=1)
    page_date: str | None = None
    checked_on: date
    check_by: date
    effective_from: date | None = None
    effective_to: date | None = None
    notes: str | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "Agency":
        if self.boroughs != "uk" and (not self.boroughs or set(self.boroughs) - set(BOROUGHS)):
            raise ValueError("boroughs must be uk or some of the seven")
        if self.confirmed and not self.publish:
            raise ValueError("confirmed but not published")
        if self.publish == bool(self.unpublished_because):
            raise ValueError("unpublished_because goes with publish: false, and only with it")
        if self.publish and not self.has_something_to_give:
            raise ValueError("published without phone, text or web")
        if self.publish and self.not_for_residents:
            raise ValueError("published but not for residents")
        if self.check_by <= self.checked_on:
            raise ValueError("check_by must come after checked_on")
        if self.effective_from and self.effective_to and self.effective_to <= self.effective_from:
            raise ValueError("effective_to must come after effective_from")
        return self

    @property
    def has_something_to_give(self) -> bool:
        return bool(self.phone or self.text or self.web)

    @field_validator("phone_abroad")
    @classmethod
    def _reaches_us_from_abroad(cls, number: Number | None) -> Number | None:
        if number and not number.e164:
            raise ValueError("a short number cannot be dialled from abroad")
        return number

    def in_effect(self, day: date) -> bool:
        """Whether it may be given on that day, as far as its dates go."""
        return (self.effective_from or day) <= day <= (self.effective_to or day)

    def covers(self, borough: str | None) -> bool:
        return self.boroughs == "uk" or borough in self.boroughs


def load_agencies(folder: Path) -> dict[str, Agency]:
    """All records by id, in the files' order. Raises `DataError` naming file, record and field."""
    return {agency.id: agency for _, agency in read_records(folder)}


def read_records(folder: Path) -> list[tuple[Path, Agency]]:
    """Each record with its file. Raises `DataError` naming file, record and field."""
    found: dict[str, tuple[Path, Agency]] = {}
    for path in sorted((folder / "agencies").glob("*.yml")):
        raw = read_yaml(path)
        records = raw.get("agencies") if isinstance(raw, dict) else None
        if not isinstance(records, list):
            raise DataError(f"{path.name}: agencies: a list is needed")
        for position, record in enumerate(records, 1):
            agency = _record(record, path, position)
            if agency.id in found:
                raise DataError(f"{path.name}: {agency.id}: id: used twice")
            found[agency.id] = (path, agency)
    _check_covers(found)
    return list(found.values())


def _record(raw: object, path: Path, position: int) -> Agency:
    if not isinstance(raw, dict):
        raise DataError(f"{path.name}: number {position}: must be fields with values")
    named = str(raw.get("id") or f"number {position}")
    if "hours" in raw and raw["hours"] is None:
        raise DataError(f"{path.name}: {named}: hours: is empty; write unknown where nobody knows them")
    return checked(Agency, raw, path, named)


def _check_covers(found: Mapping[str, tuple[Path, Agency]]) -> None:
    for path, agency in found.values():
        if isinstance(agency.hours, WhenShut):
            desk = found.get(agency.hours.when_shut)
            if desk is None or isinstance(desk[1].hours, WhenShut):
                raise DataError(f"{path.name}: {agency.id}: hours.when_shut: no desk called {agency.hours.when_shut}")
