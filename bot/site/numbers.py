"""The directory's numbers as the pages show them: whom to ring, and numbers inside messages that can be touched."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.directory.agencies import Agency, Number
from bot.directory.choose import EMERGENCY, POLICE, Directory

# Helplines for everybody, in this order, where the directory has them and may give them.
_HELPLINES = ("childline", "nspcc", "nda_helpline", "samaritans", "crimestoppers")


@dataclass(frozen=True)
class Part:
    """A piece of a message. `dial` is what a phone rings when the piece is a number of the directory."""

    text: str
    dial: str | None = None


@dataclass(frozen=True)
class Team:
    """Children's services of one borough. A number that may not be given is None."""

    place: str
    day: Number | None
    night: Number | None


@dataclass(frozen=True)
class Helpline:
    name: str
    number: Number
    always: bool


@dataclass(frozen=True)
class PhoneBook:
    """All that the pages print. `checked_on` is the day on which the longest unchecked of these was checked."""

    emergency: str
    police: str
    teams: tuple[Team, ...]
    helplines: tuple[Helpline, ...]
    checked_on: date
    dials: Mapping[str, str]

    def linked(self, text: str) -> tuple[Part, ...]:
        """A message in pieces, its numbers apart from its words. Joined again, the pieces are the message."""
        parts, end = [], 0
        for match in self._pattern.finditer(text):
            if match.start() > end:
                parts.append(Part(text[end : match.start()]))
            parts.append(Part(match.group(), self.dials[match.group()]))
            end = match.end()
        if end < len(text):
            parts.append(Part(text[end:]))
        return tuple(parts)

    @functools.cached_property
    def _pattern(self) -> "re.Pattern[str]":
        longest_first = sorted(self.dials, key=len, reverse=True)
        # A number is itself only when no other digit touches it: 999 is not in 0800 9999.
        return re.compile(rf"(?<![\d+])(?:{'|'.join(map(re.escape, longest_first))})(?!\d)")


@functools.lru_cache(maxsize=4)
def phone_book(directory: Directory) -> PhoneBook:
    """What this directory may give to residents."""
    doors = directory.front_doors("children")
    helplines = [a for name in _HELPLINES if (a := directory.published(name)) and a.phone]
    emergency, police = directory.agencies[EMERGENCY], directory.agencies[POLICE]
    teams = [a for door in doors for a in (door.day, door.out_of_hours) if a]
    phones = [a.phone for a in directory.agencies.values() if a.publish and a.phone]
    return PhoneBook(
        emergency=_number(emergency).display,
        police=_number(police).display,
        teams=tuple(Team(d.borough.title(), _phone(d.day), _phone(d.out_of_hours)) for d in doors),
        helplines=tuple(Helpline(a.name, _number(a), a.hours == "always") for a in helplines),
        checked_on=min(a.checked_on for a in (emergency, police, *teams, *helplines)),
        dials={phone.display: phone.dial for phone in phones},
    )


def _phone(agency: Agency | None) -> Number | None:
    return agency.phone if agency else None


def _number(agency: Agency) -> Number:
    assert agency.phone is not None
    return agency.phone
