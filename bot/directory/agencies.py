"""The agencies a resident can be sent to: what `data/directory/agencies/*.yml` may say, checked as it is read."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal, get_args

import phonenumbers
from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from bot.directory.files import checked, read_yaml
from bot.directory.gazetteer import BOROUGHS
from bot.errors import DataError

Kind = Literal["police", "children", "adults", "voluntary", "health", "national"]
Writer = Literal["child", "parent", "neighbour", "professional", "adult"]
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
        number = phonenumbers.parse(self.dial, None)
        if not phonenumbers.is_valid_number(number) or phonenumbers.parse(self.display, "GB") != number:
            raise ValueError("e164 is no valid number, or display is another one")
        return self


def _spans(value: object) -> object:
    """ "09:00-12:00, 13:00-17:00" as pairs of times."""
    if not isinstance(value, str):
        return value
    return [[time.fromisoformat(part.strip()) for part in span.split("-")] for span in value.split(",")]


Spans = Annotated[tuple[tuple[time, time], ...], BeforeValidator(_spans)]


class Weekly(_Record):
    """Opening hours by weekday, in London's time. A day that is not named is a day without hours."""

    days: Mapping[Weekday, Spans]
    bank_holidays: Literal["closed", "same", "unknown"]

    @model_validator(mode="after")
    def _spans_run_forward(self) -> "Weekly":
        for day, spans in self.days.items():
            if any(start >= end for start, end in spans):
                raise ValueError(f"{day}: a span ends before it begins")
        return self


class WhenShut(_Record):
    """Answers whenever that agency's desk does not: an out-of-hours team."""

    when_shut: str


def _sort_of_hours(value: object) -> str:
    """Which of the forms is meant, so that an error speaks of that one only."""
    if isinstance(value, dict):
        return "when_shut" if "when_shut" in value else "weekly"
    return {Weekly: "weekly", WhenShut: "when_shut", type(None): "unknown"}.get(type(value), "always")


Hours = Annotated[
    Annotated[Literal["always"], Tag("always")]
    | Annotated[Weekly, Tag("weekly")]
    | Annotated[WhenShut, Tag("when_shut")]
    | Annotated[None, Tag("unknown")],
    Discriminator(_sort_of_hours),
]


class Agency(_Record):
    """One way to reach one agency.

    `publish`: may be given to a resident. `confirmed`: read on the body's own page, with nothing left to check first.
    `audience`: for some callers only, so never offered to somebody unknown, women's services apart.
    `later`: named after the others of its category.
    `handles`: categories without their `concern_`. `boroughs`: "uk" where it serves everybody.
    `check_by`: ring it again before then.
    """

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    name: str = Field(min_length=2)
    kind: Kind
    boroughs: Literal["uk"] | tuple[str, ...]
    phone: Number | None = None
    text: Number | None = None
    email: str | None = None
    relay: str | None = None
    web: str | None = Field(default=None, pattern=r"^https://\S+$")
    hours: Hours
    free: bool | None
    interpreter: bool | None
    handles: frozenset[Category]
    serves: frozenset[Writer] = Field(min_length=1)
    audience: Literal["women", "men", "lgbt", "own_behaviour"] | None = None
    later: bool = False
    publish: bool
    confirmed: bool
    unpublished_because: str | None = None
    evidence: Mapping[str, str]
    source: tuple[str, ...] = Field(min_length=1)
    page_date: str | None = None
    checked_on: date
    check_by: date
    notes: str | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> "Agency":
        if self.boroughs != "uk" and (not self.boroughs or set(self.boroughs) - set(BOROUGHS)):
            raise ValueError("boroughs must be uk or some of the seven")
        if self.confirmed and not self.publish:
            raise ValueError("confirmed but not published")
        if self.publish == bool(self.unpublished_because):
            raise ValueError("unpublished_because goes with publish: false, and only with it")
        if self.publish and not (self.phone or self.text or self.web):
            raise ValueError("published without phone, text or web")
        if self.check_by <= self.checked_on:
            raise ValueError("check_by must come after checked_on")
        return self

    def covers(self, borough: str | None) -> bool:
        return self.boroughs == "uk" or borough in self.boroughs


def load_agencies(folder: Path) -> dict[str, Agency]:
    """All records by id, in the files' order. Raises `DataError` naming file, record and field."""
    found: dict[str, Agency] = {}
    for path in sorted((folder / "agencies").glob("*.yml")):
        raw = read_yaml(path)
        records = raw.get("agencies") if isinstance(raw, dict) else None
        if not isinstance(records, list):
            raise DataError(f"{path.name}: agencies: a list is needed")
        for position, record in enumerate(records, 1):
            named = str(record.get("id") or f"number {position}") if isinstance(record, dict) else f"number {position}"
            agency = checked(Agency, record, path, named)
            if agency.id in found:
                raise DataError(f"{path.name}: {agency.id}: id: used twice")
            found[agency.id] = agency
    _check_covers(found.values(), found)
    return found


def _check_covers(agencies: Iterable[Agency], known: Mapping[str, Agency]) -> None:
    for agency in agencies:
        if isinstance(agency.hours, WhenShut):
            desk = known.get(agency.hours.when_shut)
            if desk is None or isinstance(desk.hours, WhenShut):
                raise DataError(f"agencies: {agency.id}: hours.when_shut: no desk called {agency.hours.when_shut}")
