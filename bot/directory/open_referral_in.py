"""Open Referral UK 3.0 services (HSDS 3.0) as records of ours: what they say is checked, nothing is guessed.

Our own attributes are believed only beside an identifier of our making. What a record has no field for goes to `notes`,
where the person who rings the number before it is confirmed reads it.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import ValidationError

from bot.directory.agencies import Agency
from bot.directory.confirmations import three_months_after
from bot.directory.files import fault
from bot.directory.open_referral import PLAIN, TERMS, identifier
from bot.directory.open_referral_form import Area, Attribute, Own, Phone, Service, looks_dialled, own_of
from bot.directory.open_referral_hours import hours_of
from bot.directory.open_referral_words import words
from bot.errors import DataError

_LONGEST = 2000
_UNTOLD = ("description", "alert", "fees_description", "interpretation_services", "eligibility_description")
_FIELDS = {"voice": "phone", "cell": "phone", "text": "text", "textphone": "relay"}
_NOT_COMPARED = {"publish", "confirmed", "unpublished_because", "checked_on", "check_by", "referral_email"}


@dataclass(frozen=True)
class Incoming:
    """`agencies`: records to add, none of them given to residents yet. Left out: services not running or elsewhere."""

    agencies: tuple[Agency, ...]
    inactive: int
    elsewhere: int


def agencies_of(raw: Any, on: date, because: str) -> Incoming:
    """A page, a list of services or one service. Raises `DataError` naming service and field; then nothing counts."""
    found: dict[str, Agency] = {}
    seen: set[str] = set()
    left_out = {"inactive": 0, "elsewhere": 0}
    for position, item in enumerate(_listed(raw), 1):
        named = _named(position, item)
        try:
            service = Service.model_validate(item)
            if service.id in seen:
                raise _Wrong("id", "used twice in this file")
            seen.add(service.id)
            # Read all the same, so that a fault is found wherever it is.
            active, record = _is_active(service), _Reader(service, on).record()
            if not active or not record["boroughs"]:
                left_out["elsewhere" if active else "inactive"] += 1
                continue
            agency = Agency.model_validate(record | {"unpublished_because": because})
        except ValidationError as error:
            raise DataError(f"{named}: {fault(error)}") from error
        except _Wrong as error:
            raise DataError(f"{named}: {error}") from error
        if agency.id in found:
            raise DataError(f"{named}: id: used twice in this file")
        found[agency.id] = agency
    return Incoming(tuple(found.values()), **left_out)


def differences(one: Agency, other: Agency) -> list[str]:
    """Fields in which two records say something else about the service, whoever checked it and whoever may be told."""
    compared = [field for field in Agency.model_fields if field not in _NOT_COMPARED]
    return [field for field in compared if getattr(one, field) != getattr(other, field)]


class _Wrong(Exception):
    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field}: {what}")


def _listed(raw: Any) -> list[Any]:
    if isinstance(raw, dict):
        if "contents" not in raw:
            return [raw]
        raw = raw["contents"]
    if not isinstance(raw, list):
        raise DataError("contents: a list of services is needed")
    return raw


def _named(position: int, item: Any) -> str:
    name = item.get("name") or item.get("id") if isinstance(item, dict) else None
    shown = "".join(c for c in str(name)[:60] if c.isprintable()) if isinstance(name, str) else ""
    return f"service {position} ({shown})" if shown else f"service {position}"


def _is_active(service: Service) -> bool:
    if service.status not in ("active", "inactive", "defunct", "temporarily closed"):
        raise _Wrong("status", "must be active, inactive, defunct or temporarily closed")
    return service.status == "active"


class _Reader:
    """One service, to be read as one record."""

    def __init__(self, service: Service, on: date) -> None:
        self._service, self._on = service, on
        own = own_of(service.attributes)
        # Somebody else's record must not pass for one of ours, which is told apart by its identifier.
        local = own.get("id", [""])[0]
        self._ours = service.id == identifier("service", local)
        self._own = own if self._ours else {}
        self._untold: list[str] = []

    def record(self) -> dict[str, Any]:
        """A mapping for `Agency`. Raises `_Wrong`."""
        service, own = self._service, self._own
        found: dict[str, Any] = {
            "id": own["id"][0] if self._ours else self._new_id(),
            "name": service.name,
            "known_as": own.get("known_as", []),
            "email": self._email(),
            "web": self._web(),
            "boroughs": self._boroughs(),
            "handles": own.get("handles", []),
            "languages": self._languages(),
            "ages": self._ages(),
            "free": self._free(),
            "interpreter": self._flag("interpreter"),
            "later": bool(self._flag("later")),
            "publish": False,
            "confirmed": False,
        }
        found |= {"kind": "voluntary", "serves": ["parent", "neighbour", "professional", "adult"]} | self._terms()
        found |= self._phones()
        found["hours"] = self._hours()
        found |= self._provenance()
        return found | {key: own[key][0] for key in PLAIN if key in own}

    def _new_id(self) -> str:
        """A name that people recognise, with the start of a hash so that it is nobody else's."""
        service = self._service
        plain = unicodedata.normalize("NFKD", service.name).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40].strip("_") or "imported"
        return f"{slug}_{identifier('elsewhere', service.id)[:8]}"

    def _terms(self) -> dict[str, Any]:
        single = ("kind", "audience")
        return {key: v[0] if key in single else v for key in TERMS if (v := self._own.get(key))}

    def _email(self) -> str | None:
        email = self._service.email
        if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
            raise _Wrong("email", "no e-mail address")
        return email or None

    def _web(self) -> str | None:
        url = self._service.url
        if not url:
            return None
        if not re.fullmatch(r"https?://[^\s/]+\S*", url):
            raise _Wrong("url", "no web address")
        if url.startswith("https://"):
            return url
        # Residents get no address that anybody on the way can change.
        self._untold.append(f"url: {url}")
        return None

    def _boroughs(self) -> object:
        """None of the seven where all areas are elsewhere; a service that names no area could be anywhere."""
        if not self._service.service_areas:
            raise _Wrong("service_areas", "is missing; name a borough or the United Kingdom")
        areas = self._service.service_areas
        found = tuple(dict.fromkeys(borough for area in areas for borough in _boroughs_of(area)))
        return "uk" if "uk" in found else found

    def _languages(self) -> tuple[str, ...]:
        found = []
        for language in self._service.languages or []:
            tag = self._own_of(language.attributes).get("tag", [language.code or ""])[0]
            if tag and re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?", tag):
                found.append(tag)
            elif tag or language.name:
                self._untold.append(f"languages: {language.name or tag}")
        return tuple(dict.fromkeys(found))

    def _ages(self) -> dict[str, int] | None:
        ages = {"from": self._service.minimum_age, "to": self._service.maximum_age}
        found = {}
        for key, age in ages.items():
            if age is not None:
                if age != age or not 0 <= age <= 120 or int(age) != age:
                    raise _Wrong("minimum_age" if key == "from" else "maximum_age", "must be 0 to 120 whole years")
                found[key] = int(age)
        return found or None

    def _free(self) -> bool | None:
        amounts = [cost.amount for cost in self._service.cost_options or [] if cost.amount is not None]
        if amounts and not self._ours:
            self._untold.append(f"cost_options: {', '.join(map(str, amounts))}")
        return self._flag("free")

    def _flag(self, key: str) -> bool | None:
        return {"true": True, "false": False}.get(self._own.get(key, [""])[0])

    def _phones(self) -> dict[str, Any]:
        """The first number of each sort. Others are told in `notes`."""
        service, found = self._service, dict[str, Any]()
        phones = service.phones or [p for contact in service.contacts or [] for p in contact.phones or []]
        for position, phone in enumerate(phones):
            at, kind = f"phones.{position}", (phone.type or "voice").lower()
            field = _FIELDS.get(kind, "")
            try:
                said = self._dialled(phone, field)
            except ValueError as error:
                raise _Wrong(f"{at}.number", str(error)) from error
            if field == "phone" and self._own_of(phone.attributes).get("use") == ["abroad"]:
                field = "phone_abroad"
            if not field or field in found:
                self._untold.append(f"{at}: {kind} {phone.number}")
                continue
            found[field] = said
            if not self._ours and (phone.extension or phone.description):
                self._untold.append(f"{at}: {phone.extension or ''} {phone.description or ''}")
        return found

    def _dialled(self, phone: Phone, field: str) -> Any:
        """Numbers that a person rings or texts must exist; those of other machines need only look like numbers."""
        if field in ("phone", "text"):
            return phone.as_record(self._own_of(phone.attributes))
        if not looks_dialled(phone.number):
            raise ValueError("no telephone number")
        return phone.number

    def _own_of(self, attributes: Sequence[Attribute] | None) -> Own:
        return own_of(attributes) if self._ours else {}

    def _hours(self) -> object:
        if desk := self._own.get("when_shut"):
            return {"when_shut": desk[0]}
        schedules = self._service.schedules or []
        try:
            hours = hours_of(schedules, self._own.get("bank_holidays", [None])[0])
        except ValueError as error:
            raise _Wrong("schedules", str(error)) from error
        if not self._ours:
            self._untold += [f"schedules: {s.told()}" for s in schedules if s.told()]
        return hours

    def _provenance(self) -> dict[str, Any]:
        """Where it comes from and when it was last looked at; not checked by anybody here."""
        service, own = self._service, self._own
        checked = _day("assured_date", service.assured_date) or _day("last_modified", service.last_modified)
        checked = checked or self._on
        if checked > self._on + timedelta(days=1):
            raise _Wrong("assured_date", "lies in the future")
        pairs = [line.partition(": ") for line in own.get("evidence", [])]
        told = [f"{key}: {value}" for key in _UNTOLD if (value := getattr(service, key))]
        notes = None if self._ours else "; ".join([*told, *self._untold])[:_LONGEST] or None
        return {
            "evidence": {what: how for what, _, how in pairs} if self._ours else {"all": "imported"},
            "source": own.get("source") or [words().say("imported_source", id=service.id)],
            "checked_on": checked,
            "check_by": three_months_after(checked),
            "notes": notes,
        }


def _boroughs_of(area: Area) -> Iterator[str]:
    """By the code where there is one, since there are other Birminghams; else by the name."""
    known = words()
    codes = re.findall(r"\b[A-Z]\d{8}\b", f"{area.uri} {area.extent}")
    for code in codes:
        yield from known.boroughs_of(code)
    for ours, place in known.areas.items():
        if not codes and (area.name or "").casefold() == place.name.casefold():
            yield ours


def _day(field: str, value: str | None) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError as error:
        raise _Wrong(field, "no date such as 2026-11-20") from error
