"""Everything a use case may need, in one object. `bot.bootstrap` fills it; tests fill it with fakes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.directory.choose import Directory
from bot.directory.places import Places
from bot.errors import DataError
from bot.languages.catalogue import Catalogues, Said
from bot.languages.detection import LanguageDetector
from bot.languages.keywords import Keywords
from bot.languages.registry import Language, Registry
from bot.ports import Dialogue, Mailer, SmsProvider, Translator
from bot.safeguarding.detector import EmergencyDetector
from bot.safeguarding.signals import Signals
from bot.safeguarding.told import StoryWords
from bot.safeguarding.urgency import UrgencyRules
from bot.settings import Settings
from bot.store.unit_of_work import Store

# Placeholders of the catalogues, and the directory's record that fills each.
STANDING_NUMBERS = {
    "n999": "police_999",
    "n101": "police_101",
    "childline": "childline",
    "crimestoppers": "crimestoppers",
    "relay": "relay_uk",
}


def _nobody() -> None:
    """Nobody waits for this event yet."""


@dataclass
class Wake:
    """Rings the loops that carry on after a commit. Without a server running nobody listens, and nothing is lost:
    the sweeper finds what was left."""

    inbox: Callable[[str], None] = field(default=lambda _conversation_id: None)
    outbox: Callable[[], None] = field(default=_nobody)
    mail: Callable[[], None] = field(default=_nobody)


@dataclass(frozen=True)
class Services:
    """One instance a process."""

    settings: Settings
    root: Path
    clock: Callable[[], datetime]
    registry: Registry
    catalogues: Catalogues
    keywords: Keywords
    languages: LanguageDetector
    detector: EmergencyDetector
    signals: Signals
    story_words: StoryWords
    urgency: UrgencyRules
    directory: Directory
    places: Places
    store: Store
    dialogue: Dialogue
    sms: SmsProvider | None
    translator: Translator
    mail: Mailer | None = None
    wake: Wake = field(default_factory=Wake)

    def answer_language(self, code: str | None) -> Language:
        """The language to answer in: drafts only while they are allowed to be served."""
        language = self.registry.served(code)
        if language.status == "draft" and not self.settings.serve_drafts:
            return self.registry.get("en")
        return language

    def say(self, key: str, language: str | None, **values: str) -> Said:
        """A sentence with the standing numbers filled in from the directory."""
        return self.catalogues.text(key, self.answer_language(language).code, **{**self.numbers(), **values})

    def numbers(self) -> dict[str, str]:
        """Placeholders that every sentence may use, from the directory. Raises `DataError` if one is unpublished."""
        found = {}
        for name, agency_id in STANDING_NUMBERS.items():
            agency = self.directory.published(agency_id)
            if agency is None or agency.phone is None:
                raise DataError(f"directory: {agency_id}: must be published with a phone number")
            found[name] = agency.phone.display
        return found

    def readiness(self) -> dict[str, bool]:
        return {"database": self.store.writable(), "model": self.dialogue.ready}
