"""Whom to ring as lines of text: name, number, what to press, until when; short enough for a text message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.directory.choose import EMERGENCY, Contact, Directory
from bot.languages.sms_length import measure
from bot.usecases.services import Services

# Segments of one text, by its encoding: what is aimed at, and what is never exceeded (design, section 5).
_AIM, _MOST = {"gsm7": 2, "ucs2": 3}, {"gsm7": 3, "ucs2": 5}
# An hour on the clock says which day is meant only so far ahead.
_CLOCK_FACE = timedelta(hours=24)
_TEAMS = ("children", "adults")
# How much is said of hours: of everybody, of the council's teams, of nobody.
_ALL, _OF_TEAMS, _NONE = 2, 1, 0


@dataclass(frozen=True)
class ContactLines:
    """Says contacts in one language. `web`: there is no price a line, so everything is said."""

    services: Services
    language: str
    web: bool
    now: datetime

    def inside(self, key: str, contacts: Sequence[Contact], values: dict[str, str]) -> str:
        """The lines for this sentence: with hours where that costs no segment beyond the aim, fewer if too long."""
        if self.web:
            return self._lines(contacts, _ALL)
        shown = list(contacts)
        bare, most, aim = self._measured(key, shown, _NONE, values)
        while bare > most and (dropped := _least_needed(shown)):
            shown.remove(dropped)
            bare, most, aim = self._measured(key, shown, _NONE, values)
        fitting = (d for d in (_ALL, _OF_TEAMS) if self._measured(key, shown, d, values)[0] <= max(aim, bare))
        return self._lines(shown, next(fitting, _NONE))

    def _measured(
        self, key: str, contacts: Sequence[Contact], detail: int, values: dict[str, str]
    ) -> tuple[int, int, int]:
        """Segments of the whole text, the most it may take, and the aim."""
        lines = self._lines(contacts, detail)
        length = measure(self.services.say(key, self.language, contacts=lines, **values).text)
        return length.segments, _MOST[length.encoding], _AIM[length.encoding]

    def _lines(self, contacts: Sequence[Contact], detail: int) -> str:
        before: list[Contact | None] = [None, *contacts]
        pairs = zip(before, contacts, strict=False)
        return "\n".join(self._line(c, detail, second=_is_second(self.services.directory, a, c)) for a, c in pairs)

    def _line(self, contact: Contact, detail: int, *, second: bool) -> str:
        line = self._bare(contact)
        if contact.option is not None and contact.dial:
            line = self._say("utter_contact_option", line=line, option=str(contact.option))
        if detail == _ALL or (detail == _OF_TEAMS and contact.kind in _TEAMS):
            line = self._with_hours(contact, line)
        return self._say("utter_contact_second", line=line) if second else line

    def _bare(self, contact: Contact) -> str:
        if contact.dial is None and contact.text is not None:
            word = contact.text.word
            key = "utter_contact_text_word" if word else "utter_contact_text"
            return self._say(key, name=contact.name, phone=contact.phone, **({"word": word} if word else {}))
        return self._say("utter_contact_line", name=contact.name, phone=contact.phone)

    def _with_hours(self, contact: Contact, line: str) -> str:
        """Until when it answers, if that is known and it answers now. Never that somebody is away."""
        if not contact.open_now:
            return line
        if contact.until is None:
            key, values = "utter_contact_always", {"line": line}
        elif contact.until - self.now <= _CLOCK_FACE:
            key, values = "utter_contact_until", {"line": line, "time": f"{contact.until:%H:%M}"}
        else:
            return line
        said = self.services.say(key, self.language, **values)
        # Half a line in another language is worse than none.
        own = self.services.say("utter_contact_line", self.language, name="", phone="").language
        return said.text if said.language == own else line

    def _say(self, key: str, **values: str) -> str:
        return self.services.say(key, self.language, **values).text


def _is_second(directory: Directory, first: Contact | None, contact: Contact) -> bool:
    """Whether the two are desk and out-of-hours team of one council, of which either may be answering."""
    if first is None or first.kind not in _TEAMS or first.kind != contact.kind:
        return False
    ours, theirs = directory.agencies.get(contact.id), directory.agencies.get(first.id)
    return ours is not None and theirs is not None and ours.boroughs == theirs.boroughs != "uk"


def _least_needed(contacts: Sequence[Contact]) -> Contact | None:
    """The last one without which somebody still surely answers; never the first, never 999."""
    for contact in reversed(contacts[1:]):
        rest = [c for c in contacts if c is not contact]
        if contact.id != EMERGENCY and (not contact.open_now or any(c.open_now for c in rest)):
            return contact
    return None
