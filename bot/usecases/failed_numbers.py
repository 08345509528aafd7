"""Which agency somebody means whose number did not work, and whom to ring instead."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial
from itertools import groupby

from bot.directory.agencies import Agency, Number
from bot.directory.choose import Contact, Directory
from bot.directory.plans import EMERGENCY, OTHER_COUNCILS, POLICE
from bot.languages.normalise import fold, for_matching
from bot.usecases.turn import FAILED_FOR, ActiveTurn

AT_MOST = 3
# Numbers given longer ago than this are hardly those that somebody has just rung.
_TOLD_FOR = timedelta(days=14)
# A number given longer ago than this no longer says where the worry is.
_SAME_PLACE = timedelta(hours=24)
# Answered day and night, for whoever has tried all others.
_LAST_RESORTS = (POLICE, "crimestoppers")
_RUN = re.compile(r"\+?\d[\d \-()]*\d|\d")
# So many digits of a number are enough to tell which one is meant.
_ENOUGH_DIGITS = 6
_EMERGENCY_DIGITS = "999"
_BRAND_LETTERS = 4


def meant(turn: ActiveTurn) -> tuple[str, ...]:
    """Ids of the agencies it may be about, likeliest first: named in the words, else those told last."""
    told = _told(turn, _TOLD_FOR)
    named = [*_by_digits(turn.services.directory, turn.text), *_by_name(turn, told)]
    return tuple(dict.fromkeys(named or told))


def borough_told(turn: ActiveTurn) -> str | None:
    """The borough whose team was given last: where the worry is, for somebody who does not say it again."""
    agencies = (turn.services.directory.agencies.get(name) for name in _told(turn, _SAME_PLACE))
    teams = {a.boroughs for a in agencies if a and a.kind in ("children", "adults") and a.boroughs != "uk"}
    boroughs = {borough for team in teams for borough in team}
    return next(iter(boroughs)).capitalize() if len(boroughs) == 1 else None


def others(turn: ActiveTurn, failed: Iterable[str], lists: Iterable[list[Contact]]) -> list[Contact]:
    """The first contacts of `lists` with other numbers than the failed ones; one of them is surely answered."""
    directory = turn.services.directory
    reports = turn.uow.number_reports.since(turn.conversation.id, turn.now - FAILED_FOR)
    # Of several that were told, the first is the one they rang; the others may still answer.
    names = {*failed, *(name for report in reports for name in report.agencies[:1])}
    dead = {digits for name in names for digits in _digits(directory.agencies.get(name))}
    every = [contact for contacts in lists for contact in contacts if contact.id not in (EMERGENCY, OTHER_COUNCILS)]
    fresh = list({c.id: c for c in every if not _reached_by(directory, c) & dead}.values())
    first = fresh[:AT_MOST]
    if any(c.open_now for c in first):
        return first
    resorts = [c for c in map(partial(_as_contact, turn), _LAST_RESORTS) if not _reached_by(directory, c) & dead]
    # What answers day and night may only have been engaged: it comes again before nobody does.
    again = [c for c in every if c.open_now]
    return [*first[: AT_MOST - 1], *[*(c for c in fresh if c.open_now), *resorts, *again][:1]]


def _as_contact(turn: ActiveTurn, agency_id: str) -> Contact:
    agency = turn.services.directory.agencies[agency_id]
    assert agency.phone is not None
    return Contact(
        id=agency.id,
        name=agency.name,
        kind=agency.kind,
        phone=agency.phone.display,
        open_now=True,
        why="last_resort",
        checked_on=agency.checked_on,
        dial=agency.phone.dial,
    )


def _told(turn: ActiveTurn, within: timedelta) -> list[str]:
    """The agencies in the newest answer that gave a number beside 999, in the order of the lines."""
    texts = turn.uow.number_reports.last_texts(turn.conversation.id)
    recent = (m for m in texts if turn.now - m.created_at <= within)
    for _, answer in groupby(recent, key=lambda m: m.created_at):
        found = [name for m in answer for name in _by_display(turn.services.directory, m.body or "")]
        if found := [name for name in dict.fromkeys(found) if name != EMERGENCY]:
            return found
    return []


def _by_digits(directory: Directory, text: str) -> Iterator[str]:
    """The published agencies whose number stands in the person's words; a good part of it will do."""
    for match in _RUN.finditer(fold(text)):
        pieces = {_bare(match.group()), *(_bare(p) for p in match.group().split())}
        for agency in _ringable(directory):
            if any(_same(said, number) for said in pieces for number in _digits(agency)):
                yield agency.id


def _by_display(directory: Directory, text: str) -> list[str]:
    """The published agencies whose number stands in a text of ours, in the order of the text."""
    plain = fold(text)
    places: dict[str, int] = {}
    for agency in _ringable(directory):
        for number in (agency.phone, agency.phone_abroad, agency.text):
            # Hours in figures may follow: "0121 303 1888 (17:15 ...)".
            found = number and re.search(rf"(?<!\d){re.escape(fold(number.display))}(?!\d)", plain)
            if found:
                places[agency.id] = min(found.start(), places.get(agency.id, len(plain)))
    return sorted(places, key=lambda name: places[name])


def _ringable(directory: Directory) -> Iterator[Agency]:
    """Published records; of those that are only other ways to use 999, none."""
    published = (agency for agency in directory.agencies.values() if agency.publish)
    return (a for a in published if a.id == EMERGENCY or _EMERGENCY_DIGITS not in _digits(a))


def _by_name(turn: ActiveTurn, told: list[str]) -> list[str]:
    """Agencies named in the words: any own word of one told of, and the name that everybody knows of any other."""
    directory, words = turn.services.directory, set(for_matching(turn.text).split())
    known = {name: _words(agency) for name in told if (agency := directory.agencies.get(name))}
    # What all of those told of have in common tells none of them apart.
    shared = set.intersection(*known.values()) if len(known) > 1 else set()
    if found := [name for name, own in known.items() if (own - shared) & words]:
        return found
    return [contact.id for contact in directory.named(turn.text, turn.now)]


def _words(agency: Agency) -> set[str]:
    return {word for word in for_matching(agency.name).split() if len(word) >= _BRAND_LETTERS}


def _digits(agency: Agency | None) -> tuple[str, ...]:
    numbers: tuple[Number | None, ...] = (agency.phone, agency.phone_abroad, agency.text) if agency else ()
    return tuple(_bare(number.dial) for number in numbers if number)


def _reached_by(directory: Directory, contact: Contact) -> set[str]:
    return {_bare(contact.dial)} if contact.dial else set(_digits(directory.agencies.get(contact.id)))


def _bare(number: str) -> str:
    """The digits without the country's code and the first nought: `+44 121 303 1888`, `0121…` and `121…` are one."""
    digits = re.sub(r"\D", "", number)
    bare = digits.removeprefix("00").removeprefix("44") if len(digits) > 10 else digits
    return bare.lstrip("0")


def _same(said: str, number: str) -> bool:
    if said == number:
        return bool(said)
    if len(number) < _ENOUGH_DIGITS or len(said) < _ENOUGH_DIGITS:
        return False
    return number.endswith(said) or number in said
