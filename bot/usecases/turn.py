"""One message being answered: what the dialogue's actions may see and do, all in one transaction."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.directory.choose import Contact
from bot.languages.registry import Language
from bot.ports import Button, Utterance, current_turn
from bot.safeguarding import reference as reference_code
from bot.store.models import Conversation, InboundMessage
from bot.store.unit_of_work import UnitOfWork
from bot.usecases.services import Services
from bot.usecases.understand import Understanding

# Someone who comes back to an open form after this long is told that it was kept.
AWAY = timedelta(hours=12)


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
        return self.services.directory.contacts(found, self.now, category or "unsure", writer, urgency)

    @staticmethod
    def shown(reference: str) -> str:
        """The reference as people read it, in fours."""
        return reference_code.shown(reference)

    def contact_lines(self, contacts: list[Contact]) -> str:
        """One line a contact, as texted."""
        lines = [
            self.services.say("utter_contact_line", self.language.code, name=c.name, phone=c.phone).text
            for c in contacts
        ]
        return "\n".join(lines)


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
