"""One message being answered: what the dialogue's actions may see and do, all in one transaction."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.directory.choose import EMERGENCY, Contact
from bot.languages.registry import Language
from bot.ports import Button, Utterance, current_turn
from bot.safeguarding import reference as reference_code
from bot.safeguarding.signals import Signal
from bot.store.models import Conversation, InboundMessage
from bot.store.unit_of_work import UnitOfWork
from bot.usecases.contact_lines import ContactLines
from bot.usecases.services import Services
from bot.usecases.understand import Understanding

# Someone who comes back to an open form after this long is told that it was kept.
AWAY = timedelta(hours=12)
# A number that somebody could not reach comes last in their lists for so long.
FAILED_FOR = timedelta(hours=24)
_HERE = "+44"


@dataclass
class ActiveTurn:
    """Implements `bot.ports.Turn`. `last_said` is the words of the bot's last message, for `repeat`."""

    services: Services
    uow: UnitOfWork
    conversation: Conversation
    inbound: InboundMessage
    understanding: Understanding
    language: Language
    variety: str | None
    now: datetime
    tracker: str | None
    away: timedelta = timedelta(0)
    text: str = ""
    urgent: bool = False
    changed_language: bool = field(default=False)
    language_in_doubt: bool = field(default=False)
    alarm_raised: bool = field(default=False)
    # The open question is to be asked once more, and nothing else said.
    asking_again: bool = field(default=False)

    def say(self, key: str, values: dict[str, str]) -> Utterance:
        said = self.services.say(key, self.language.code, **values)
        return Utterance(key, said.text, said.language, self.choices(key))

    def words(self, key: str) -> str:
        """A bare phrase of the catalogue."""
        return self.services.say(key, self.language.code).text

    def choices(self, key: str) -> tuple[Button, ...]:
        """What a response offers, titles in the conversation's language."""
        payloads = self.services.catalogues.payloads(key)
        return tuple(Button(self.words(f"{key}/{place}"), payload) for place, payload in enumerate(payloads, 1))

    def say_if_plain(self, key: str) -> Utterance | None:
        """Say a sentence that needs no values of its own; None when it needs some."""
        if self.services.catalogues.holes(key) <= set(self.services.numbers()):
            return self.say(key, {})
        return None

    def contacts(
        self, place: str | None, category: str | None, writer: str = "neighbour", urgency: str = "concern"
    ) -> list[Contact]:
        """Whom to ring, for a place in the person's words (None: not known)."""
        found = self.services.places.resolve(place or "")
        who = "abroad" if self.abroad else writer
        directory, channel = self.services.directory, "web" if self.on_web else "sms"
        return self._unreached_last(
            directory.contacts(found, self.now, category or "unsure", who, urgency, channel=channel)
        )

    def charities(self) -> list[Contact]:
        """For whoever asks for charities and has told no worry."""
        return self._unreached_last(self.services.directory.charities(self.now, abroad=self.abroad))

    def _unreached_last(self, contacts: list[Contact]) -> list[Contact]:
        """The same, but what this person lately told us they could not reach comes last."""
        reports = self.uow.number_reports.since(self.conversation.id, self.now - FAILED_FOR)
        failed = {name for report in reports for name in report.agencies[:1]} - {EMERGENCY}
        return sorted(contacts, key=lambda contact: contact.id in failed)

    @property
    def on_web(self) -> bool:
        return self.conversation.resident.channel == "web"

    @property
    def abroad(self) -> bool:
        """Whether the person is in another country: by the number they text from, or by their own words."""
        number = (self.conversation.resident.address or "").removeprefix("whatsapp:")
        if not self.on_web and number.startswith("+") and not number.startswith(_HERE):
            return True
        slots = json.loads(self.tracker or "{}").get("slots", {})
        return any(Signal.ABROAD in self.services.signals.heard(str(s)) for s in (self.text, slots.get("story", "")))

    @staticmethod
    def shown(reference: str) -> str:
        """The reference as people read it, in fours."""
        return reference_code.shown(reference)

    def contact_lines(self, contacts: list[Contact], inside: str, **values: str) -> str:
        """One line a contact, for the sentence `inside`, whose other placeholders are `values`."""
        return ContactLines(self.services, self.language.code, self.on_web, self.now).inside(inside, contacts, values)


def current() -> ActiveTurn:
    """The turn that is being answered now."""
    turn = current_turn.get()
    assert isinstance(turn, ActiveTurn)
    return turn


def shortened(text: str, most: int) -> str:
    """At most so many characters, cut at a word, on one line."""
    line = re.sub(r"\s+", " ", text).strip()
    if len(line) <= most:
        return line
    return line[: most - 3].rsplit(" ", 1)[0] + "..."
