"""The directory's numbers as the pages show them: whom to ring, and numbers inside messages that can be touched."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.directory.agencies import Agency, Kind, Number
from bot.directory.choose import EMERGENCY, POLICE, Directory
from bot.directory.week import Told, told

# Helplines for everybody, in this order, where the directory has them and may give them.
_HELPLINES = ("childline", "nspcc", "nda_helpline", "hourglass", "samaritans", "shout", "crimestoppers")
_RELAY, _BY_KEY, _SIGNED, _BY_TEXT = "relay_uk", "silent_solution", "bsl_999", "emergency_sms"


@dataclass(frozen=True)
class Part:
    """A piece of a message. `href` is where it leads when the piece is a number or web address of the directory."""

    text: str
    href: str | None = None


@dataclass(frozen=True)
class Line:
    """A number and when somebody answers it."""

    number: Number
    hours: Told


@dataclass(frozen=True)
class Team:
    """The desk of one borough and who answers when it does not. None: no number that may be given."""

    place: str
    day: Line | None
    night: Line | None


@dataclass(frozen=True)
class Helpline:
    """`number` to ring, `text` to write to; at least one of them."""

    name: str
    number: Number | None
    text: Number | None
    hours: Told


@dataclass(frozen=True)
class Silent:
    """Ways to the police without speaking. What may not be given is None.

    `key`: pressed after ringing 999 from a mobile. `relay_police`: Relay UK's way when it is no emergency. `signed`: a
    web address. `word`: texted to 999 beforehand to register a phone.
    """

    key: int | None
    relay: Number | None
    relay_police: str | None
    signed: str | None
    word: str | None


@dataclass(frozen=True)
class PhoneBook:
    """All that the pages print. `checked_on` is the day on which the longest unchecked of these was checked.

    `links`: what may stand in a message, such as "999" or "999bsl.co.uk", and where it leads.
    """

    emergency: str
    police: str
    silent: Silent
    children: tuple[Team, ...]
    adults: tuple[Team, ...]
    helplines: tuple[Helpline, ...]
    checked_on: date
    links: Mapping[str, str]

    def linked(self, text: str) -> tuple[Part, ...]:
        """A message in pieces, numbers and web addresses apart from words. Joined again, the pieces are the message."""
        parts, end = [], 0
        for match in self._pattern.finditer(text):
            if match.start() > end:
                parts.append(Part(text[end : match.start()]))
            parts.append(Part(match.group(), self.links[match.group()]))
            end = match.end()
        if end < len(text):
            parts.append(Part(text[end:]))
        return tuple(parts)

    @functools.cached_property
    def _pattern(self) -> "re.Pattern[str]":
        longest_first = sorted(self.links, key=len, reverse=True)
        # A number is itself only when no other digit touches it: 999 is not in 0800 9999.
        return re.compile(rf"(?<![\d+])(?:{'|'.join(map(re.escape, longest_first))})(?!\d)")


@functools.lru_cache(maxsize=4)
def phone_book(directory: Directory, on: date | None = None) -> PhoneBook:
    """What this directory may give to residents; with a day, only what is in effect then."""
    shelf = _Shelf(directory, on)
    helplines = [a for name in _HELPLINES if (a := shelf.get(name)) and (a.phone or a.text)]
    emergency, police = directory.agencies[EMERGENCY], directory.agencies[POLICE]
    children, adults = shelf.teams("children"), shelf.teams("adults")
    published = [a for a in directory.agencies.values() if a.publish]
    return PhoneBook(
        emergency=_number(emergency).display,
        police=_number(police).display,
        silent=shelf.silent(),
        children=children,
        adults=adults,
        helplines=tuple(Helpline(a.name, a.phone, a.text, told(a)) for a in helplines),
        checked_on=min(a.checked_on for a in shelf.taken),
        links={
            **{a.phone.display: f"tel:{a.phone.dial}" for a in published if a.phone},
            **{shown: a.web for a in published if a.web for shown in (a.web, a.web.removeprefix("https://"))},
        },
    )


class _Shelf:
    """Takes records that may be given, and remembers which."""

    def __init__(self, directory: Directory, on: date | None) -> None:
        self._directory, self._on = directory, on
        self.taken = [directory.agencies[EMERGENCY], directory.agencies[POLICE]]

    def get(self, agency_id: str) -> Agency | None:
        return self._take(self._directory.published(agency_id, self._on))

    def teams(self, kind: Kind) -> tuple[Team, ...]:
        doors = self._directory.front_doors(kind, self._on)
        return tuple(Team(d.borough.title(), self._line(d.day), self._line(d.out_of_hours)) for d in doors)

    def silent(self) -> Silent:
        relay, by_key, signed, by_text = (self.get(name) for name in (_RELAY, _BY_KEY, _SIGNED, _BY_TEXT))
        return Silent(
            key=by_key.phone.then_press if by_key and by_key.phone else None,
            relay=relay.phone if relay else None,
            relay_police=self._directory.agencies[POLICE].relay if relay else None,
            signed=signed.web if signed else None,
            word=by_text.text.word if by_text and by_text.text else None,
        )

    def _line(self, agency: Agency | None) -> Line | None:
        found = self._take(agency)
        return Line(found.phone, told(found)) if found and found.phone else None

    def _take(self, agency: Agency | None) -> Agency | None:
        if agency is not None:
            self.taken.append(agency)
        return agency


def _number(agency: Agency) -> Number:
    assert agency.phone is not None
    return agency.phone
