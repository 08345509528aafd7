"""The parts of Open Referral UK's form that we read, with their types. Everything else in a feed is passed over."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import phonenumbers
from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from bot.directory.open_referral import OWN

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


_NUMBER = re.compile(r"\+?[\d\s().\-/]+", re.ASCII)
Own = Mapping[str, list[str]]
"""Our own attributes: values by what they say, without the prefix."""


class Part(BaseModel):
    """Raises pydantic's `ValidationError`."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _is_readable(cls, value: object, info: ValidationInfo) -> object:
        """Text without characters that hide something or that no file can hold, and in one line unless it is ours."""
        if not isinstance(value, str):
            return value
        line = " ".join(value.split())
        if any(unicodedata.category(c) in ("Cc", "Cs", "Co") or c in _BIDI for c in line):
            raise ValueError("has characters that cannot be shown")
        return value if info.field_name == "value" else line


class Attribute(Part):
    link_type: str | None = None
    value: str | None = None


class Phone(Part):
    number: str
    type: str | None = None
    extension: Any = None
    description: str | None = None
    attributes: list[Attribute] | None = None

    def as_record(self, own: Own) -> dict[str, Any]:
        """For `agencies.Number`: a short code that exists, or else a whole number that does. Raises `ValueError`."""
        return _dialled(self.number) | _told(own)


class Area(Part):
    name: str | None = None
    extent: str | None = None
    uri: str | None = None


class Language(Part):
    code: str | None = None
    name: str | None = None
    attributes: list[Attribute] | None = None


class Contact(Part):
    phones: list[Phone] | None = None


class Cost(Part):
    amount: float | None = None


class Schedule(Part):
    """One rule of RFC 5545, as the standard splits it into fields."""

    freq: str | None = None
    interval: float | None = None
    byday: str | None = None
    bymonthday: str | None = None
    byweekno: str | None = None
    byyearday: str | None = None
    until: str | None = None
    count: float | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    opens_at: str | None = None
    closes_at: str | None = None
    description: str | None = None
    notes: str | None = None

    def told(self) -> str:
        """All of it in a line, for a person."""
        parts = (self.freq, self.byday, self.opens_at, self.closes_at, self.description, self.notes)
        return " ".join(part for part in parts if part)


class Service(Part):
    id: str
    name: str
    status: str
    url: str | None = None
    email: str | None = None
    description: str | None = None
    alert: str | None = None
    fees_description: str | None = None
    interpretation_services: str | None = None
    eligibility_description: str | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    assured_date: str | None = None
    last_modified: str | None = None
    phones: list[Phone] | None = None
    contacts: list[Contact] | None = None
    schedules: list[Schedule] | None = None
    service_areas: list[Area] | None = None
    languages: list[Language] | None = None
    cost_options: list[Cost] | None = None
    attributes: list[Attribute] | None = None


def own_of(attributes: Sequence[Attribute] | None) -> dict[str, list[str]]:
    """The attributes that are of our making, in their order."""
    found: dict[str, list[str]] = {}
    for attribute in attributes or []:
        if attribute.link_type and attribute.link_type.startswith(OWN) and attribute.value is not None:
            found.setdefault(attribute.link_type.removeprefix(OWN), []).append(attribute.value)
    return found


def looks_dialled(number: str) -> bool:
    return bool(_NUMBER.fullmatch(number))


def _dialled(said: str) -> dict[str, Any]:
    if not looks_dialled(said):
        raise ValueError("no telephone number")
    try:
        number = phonenumbers.parse(said, "GB")
    except phonenumbers.NumberParseException as error:
        raise ValueError("no telephone number") from error
    digits = re.sub(r"\D", "", said)
    if phonenumbers.is_valid_short_number_for_region(number, "GB") and not said.startswith("+"):
        return {"display": digits, "short": digits}
    if not phonenumbers.is_valid_number(number):
        raise ValueError("no telephone number that exists")
    form = phonenumbers.PhoneNumberFormat
    shown = form.NATIONAL if number.country_code == 44 else form.INTERNATIONAL
    return {
        "display": phonenumbers.format_number(number, shown),
        "e164": phonenumbers.format_number(number, form.E164),
    }


def _told(own: Own) -> dict[str, Any]:
    found: dict[str, Any] = {key: own[key][0] for key in ("display", "word") if key in own}
    for key in ("option", "then_press"):
        if key in own:
            if not re.fullmatch(r"[0-9]{1,4}", own[key][0]):
                raise ValueError(f"{key} must be a number")
            found[key] = int(own[key][0])
    return found
