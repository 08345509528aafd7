"""What a person gets when nothing else works: no model, no database, no translator."""

from bot.languages.catalogue import Said
from bot.safeguarding.detector import Danger
from bot.usecases.services import Services


def safety_text(services: Services, body: str, language: str | None = None) -> list[Said]:
    """The reply to a message that could not be kept: 999 first when it speaks of danger. Needs no database."""
    code = language or services.languages.detect(body).language
    if services.detector.examine(body).danger is Danger.EMERGENCY:
        return [services.say("utter_emergency", code), services.say("utter_not_stored", code)]
    return [services.say("utter_not_stored", code)]
