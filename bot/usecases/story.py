"""What a message tells beside its worry, for the concern conversation and for `bot understand`."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.safeguarding.told import Told
from bot.usecases.short_answers import varieties

if TYPE_CHECKING:
    from bot.usecases.services import Services
    from bot.usecases.understand import Understanding


def told_in(services: "Services", understanding: "Understanding", text: str, language: str | None) -> Told:
    """What these words tell, in the languages they may be in and the one the person is answered in."""
    likely = [code for code, _ in understanding.detection.likely]
    return services.story_words.read(text, [*likely, *varieties(services, language)])


def entities(services: "Services", understanding: "Understanding") -> list[dict[str, str]]:
    """Rasa's form, `{"entity", "value"}`: the place, then the age in years, name, relationship and words of time."""
    place = services.places.find_in(understanding.text)
    told = asdict(told_in(services, understanding, understanding.text, understanding.detection.language))
    found = {"place": place and (place.name or place.said), **told}
    return [{"entity": name, "value": str(value)} for name, value in found.items() if value is not None]
