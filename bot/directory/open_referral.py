"""Our records as Open Referral UK 3.0 services (HSDS 3.0), as plain JSON values. `open_referral_in` reads them back.

What the standard has no place for stands in attributes whose `link_type` begins with `eb:` (docs/open-data.md).
"""

from collections.abc import Iterable, Mapping
from datetime import time
from math import ceil
from typing import Any
from uuid import UUID, uuid5

from bot.directory.agencies import WEEKDAYS, Agency, Number, Weekday, Weekly, WhenShut
from bot.directory.open_referral_words import Words, words

Json = dict[str, Any]
Spans = tuple[tuple[time, time], ...]

OWN = "eb:"
"""How the `link_type` of our own attributes begins."""

MIDNIGHT = time(23, 59)
"""The standard has no 24:00 and advises this."""

PLAIN = ("page_date", "check_by", "effective_from", "effective_to", "notes")
"""Fields that travel as one attribute each, as they are."""

TERMS = ("kind", "handles", "serves", "audience")
"""Fields whose values are terms of our own taxonomies."""

_NAMESPACE = UUID("96a16931-47cd-4792-9d92-430756aaa1a7")


def identifier(kind: str, name: str) -> str:
    """The same UUID for the same thing for ever."""
    return str(uuid5(_NAMESPACE, f"{kind}:{name}"))


def page_of(services: list[Json], number: int, size: int) -> Json:
    """Page `number` of `size` services, counted from 1. A page past the end is empty."""
    pages = max(1, ceil(len(services) / size))
    contents = services[(number - 1) * size : number * size]
    return {
        "total_items": len(services),
        "total_pages": pages,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not contents,
        "contents": contents,
    }


def services_of(agencies: Iterable[Agency], languages: Mapping[str, str]) -> list[Json]:
    """One service a record. The caller chooses records that may be given out; `languages` has English names by code."""
    known = {agency.id: agency for agency in agencies}
    return [_Service(agency, known, languages).as_json() for agency in known.values()]


class _Service:
    def __init__(self, agency: Agency, known: Mapping[str, Agency], languages: Mapping[str, str]) -> None:
        self._agency, self._known, self._languages = agency, known, languages
        self._words: Words = words()
        self._id = identifier("service", agency.id)

    def as_json(self) -> Json:
        agency, term = self._agency, self._words.taxonomies["kind"].terms[self._agency.kind]
        audience = self._words.taxonomies["audience"].terms[agency.audience] if agency.audience else None
        phones = self._phones()
        contact = {"id": identifier("contact", agency.id), "service_id": self._id, "name": agency.name}
        return _without_nothing({
            "id": self._id,
            "name": agency.name,
            "description": term.description,
            "url": agency.web,
            "email": agency.email,
            "status": "active",
            "interpretation_services": self._words.say("interpreter") if agency.interpreter else None,
            "fees_description": self._fees(),
            "eligibility_description": audience.description if audience else None,
            "minimum_age": agency.ages.youngest if agency.ages else None,
            "maximum_age": agency.ages.oldest if agency.ages else None,
            "assured_date": agency.checked_on.isoformat(),
            "last_modified": f"{agency.checked_on.isoformat()}T00:00:00.000Z",
            "organization": self._organization(term.description),
            "phones": phones,
            # Readers of the UK profile look for numbers here.
            "contacts": [contact | {"phones": phones}] if phones else [],
            "schedules": self._schedules(),
            "service_areas": self._areas(),
            "languages": [self._language(code) for code in agency.languages],
            "cost_options": self._costs(),
            "attributes": self._attributes(),
        })  # fmt: skip

    def _organization(self, description: str) -> Json:
        agency = self._agency
        found = {"id": identifier("organization", agency.id), "name": agency.name, "description": description}
        return found | ({"website": agency.web} if agency.web else {})

    def _fees(self) -> str | None:
        free = self._agency.free
        return None if free is None else self._words.say("free" if free else "not_free")

    def _costs(self) -> list[Json]:
        if not self._agency.free:
            return []
        cost = {"id": identifier("cost", self._agency.id), "service_id": self._id, "currency": "gbp", "amount": 0}
        return [cost | {"amount_description": self._words.say("free")}]

    def _phones(self) -> list[Json]:
        agency = self._agency
        found = [
            self._phone("phone", "voice", agency.phone),
            self._phone("text", "text", agency.text),
            self._phone("phone_abroad", "voice", agency.phone_abroad),
        ]
        if agency.relay:
            name = identifier("phone", f"{agency.id}:relay")
            found.append({"id": name, "service_id": self._id, "number": agency.relay, "type": "textphone"})
        return [phone for phone in found if phone]

    def _phone(self, field: str, kind: str, number: Number | None) -> Json:
        if number is None:
            return {}
        name = identifier("phone", f"{self._agency.id}:{field}")
        facts = {"display": number.display, "option": number.option, "then_press": number.then_press}
        facts |= {"word": number.word, "use": "abroad" if field == "phone_abroad" else None}
        how = [
            self._words.say("abroad") if field == "phone_abroad" else None,
            self._words.say("then_choose", option=number.option) if number.option is not None else None,
            self._words.say("then_press", digits=number.then_press) if number.then_press is not None else None,
            self._words.say("text_word", word=number.word) if number.word else None,
        ]
        found = {"id": name, "service_id": self._id, "number": number.dial, "type": kind}
        told = " ".join(sentence for sentence in how if sentence)
        attributes = [_attribute(name, "phone", k, str(v)) for k, v in facts.items() if v is not None]
        return found | ({"description": told} if told else {}) | {"attributes": attributes}

    def _schedules(self) -> list[Json]:
        hours = self._agency.hours
        if hours == "always":
            return [self._schedule(0, WEEKDAYS, (time(0), MIDNIGHT), self._words.say("always"))]
        if isinstance(hours, Weekly):
            rule = self._words.say(f"bank_holidays_{hours.bank_holidays}")
            return self._week(hours.days, self._words.say("weekly"), rule)
        if isinstance(hours, WhenShut):
            return self._out_of_hours(hours.when_shut)
        return []

    def _out_of_hours(self, desk_id: str) -> list[Json]:
        """The rest of the desk's week; words without times where the desk's hours are not known."""
        desk = self._known.get(desk_id)
        told = self._words.say("when_shut", desk=desk.name if desk else desk_id)
        if desk is None or not isinstance(desk.hours, Weekly):
            return [{"id": identifier("schedule", f"{self._agency.id}:0"), "service_id": self._id, "description": told}]
        rest = {day: _rest_of_day(desk.hours.days[day]) for day in WEEKDAYS}
        return self._week(rest, told, self._words.say("bank_holidays_team"))

    def _week(self, days: Mapping[Weekday, Spans], told: str, rule: str) -> list[Json]:
        by_span: dict[tuple[time, time], list[Weekday]] = {}
        for day in WEEKDAYS:
            for span in days[day]:
                by_span.setdefault(span, []).append(day)
        return [self._schedule(at, on, span, told, rule) for at, (span, on) in enumerate(by_span.items())]

    def _schedule(
        self, at: int, days: Iterable[Weekday], span: tuple[time, time], told: str, rule: str | None = None
    ) -> Json:
        agency = self._agency
        ends = min(agency.check_by, agency.effective_to or agency.check_by)
        found = {
            "id": identifier("schedule", f"{agency.id}:{at}"),
            "service_id": self._id,
            "valid_from": max(agency.checked_on, agency.effective_from or agency.checked_on).isoformat(),
            "valid_to": ends.isoformat(),
            "freq": "WEEKLY",
            "byday": ",".join(day[:2].upper() for day in days),
            "opens_at": f"{span[0]:%H:%M}",
            "closes_at": f"{span[1]:%H:%M}",
            "description": told,
        }
        return found | ({"notes": rule} if rule else {})

    def _areas(self) -> list[Json]:
        boroughs = ("uk",) if self._agency.boroughs == "uk" else self._agency.boroughs
        found = []
        for borough in boroughs:
            area = self._words.areas[borough]
            found.append({
                "id": identifier("service_area", f"{self._agency.id}:{borough}"),
                "service_id": self._id,
                "name": area.name,
                "extent": area.gss,
                "extent_type": "text",
                "uri": f"http://statistics.data.gov.uk/id/statistical-geography/{area.gss}",
            })  # fmt: skip
        return found

    def _language(self, code: str) -> Json:
        name = identifier("language", f"{self._agency.id}:{code}")
        found = {"id": name, "service_id": self._id, "code": code.split("-")[0]}
        english = {"name": self._languages[code]} if code in self._languages else {}
        tag = {"attributes": [_attribute(name, "language", "tag", code)]} if "-" in code else {}
        return found | english | tag

    def _attributes(self) -> list[Json]:
        agency = self._agency
        found = [("id", agency.id)]
        for field in TERMS:
            value = getattr(agency, field)
            codes = [value] if isinstance(value, str) else sorted(value or ())
            found += [(field, code) for code in codes]
        found += [("known_as", name) for name in agency.known_as]
        found += [("source", line) for line in agency.source]
        found += [("evidence", f"{what}: {how}") for what, how in agency.evidence.items()]
        found += [(field, str(value)) for field in PLAIN if (value := getattr(agency, field)) is not None]
        flags = {"free": agency.free, "interpreter": agency.interpreter, "confirmed": agency.confirmed}
        found += [(flag, str(value).lower()) for flag, value in flags.items() if value is not None]
        found += [("later", "true")] if agency.later else []
        found += self._hours()
        return [
            _attribute(self._id, "service", key, value, self._words if key in TERMS else None) for key, value in found
        ]

    def _hours(self) -> list[tuple[str, str]]:
        hours = self._agency.hours
        if isinstance(hours, Weekly):
            return [("bank_holidays", hours.bank_holidays)]
        # A desk that is not in the file could not be found again.
        if isinstance(hours, WhenShut) and hours.when_shut in self._known:
            return [("when_shut", hours.when_shut)]
        return []


def _rest_of_day(spans: Spans) -> Spans:
    edges = [time(0), *(edge for span in sorted(spans) for edge in span), MIDNIGHT]
    return tuple((a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b)


def _attribute(link: str, entity: str, key: str, value: str, terms: Words | None = None) -> Json:
    found: Json = {
        "id": identifier("attribute", f"{link}:{key}:{value}"),
        "link_id": link,
        "link_type": f"{OWN}{key}",
        "link_entity": entity,
        "value": value,
    }
    if terms is None:
        return found
    taxonomy, name = terms.taxonomies[key], identifier("term", f"{key}:{value}")
    term = {
        "id": name,
        "code": value,
        "name": taxonomy.terms[value].name,
        "description": taxonomy.terms[value].description,
        "taxonomy": taxonomy.name,
        "taxonomy_id": identifier("taxonomy", key),
    }
    return found | {"taxonomy_term_id": name, "taxonomy_term": term}


def _without_nothing(found: Json) -> Json:
    return {key: value for key, value in found.items() if value is not None}
