"""Which language a turn is answered in: an explicit choice beats the session, the session beats one message."""

from dataclasses import dataclass

from bot.languages.detection import SURE, Detection
from bot.languages.few_words import few
from bot.languages.registry import SOURCE
from bot.store.models import Conversation
from bot.usecases.services import Services
from bot.usecases.understand import Understanding

# A single short word is no evidence; two messages in a row in another language are.
_ENOUGH_WORDS = 3
# A first guess below SURE is followed when there are a few words of it; "hi" or "ok" may be any language.
_LIKELY, _FEW_WORDS = 0.5, 2
# Words of more letters than this tell of a language; after a greeting of more the languages are shown.
_TELLING_LETTERS = 4


@dataclass(frozen=True)
class Choice:
    """The variety to answer in, and whether that is a switch the person should be told of."""

    code: str | None
    switched: bool = False
    in_doubt: bool = False


def choose(services: Services, conversation: Conversation, heard: Understanding, before: str | None) -> Choice:
    """Decide and remember. `before` is the language of the person's previous message."""
    text, detected = heard.text, heard.detection
    resident = conversation.resident
    known = resident.language
    if resident.language_chosen or detected.language is None:
        # A number or an emoji is in no language: the one of the message before goes on.
        return Choice(known or before)
    if known is None:
        if _anybodys_english(heard) or services.keywords.language_named(text):
            # "hello" is said in every language, and "Hindi" asks for one: neither decides in which it was written.
            greeted = heard.path == "greet" and _letters(text) > _TELLING_LETTERS
            return Choice(before or SOURCE, in_doubt=greeted and before is None)
        if detected.confidence >= SURE or detected.script != "Latn":
            resident.language = detected.language
            return Choice(detected.language, in_doubt=detected.confidence < SURE)
        return Choice(before) if before else _first_guess(services, heard)
    if not _differs(services, known, detected) or detected.confidence < SURE:
        return Choice(known)
    other_script = services.registry.served(known).script != detected.script and detected.script != "Latn"
    twice = before == detected.language and len(text.split()) >= _ENOUGH_WORDS
    if other_script or twice:
        resident.language = detected.language
        return Choice(detected.language, switched=True)
    return Choice(known)


def _letters(text: str) -> int:
    return sum(c.isalpha() for c in text)


def _anybodys_english(heard: Understanding) -> bool:
    return heard.detection.language == SOURCE and few(heard.text.split())


def _first_guess(services: Services, heard: Understanding) -> Choice:
    """Somebody's first words, in Latin letters, too few to be sure."""
    text, detected = heard.text, heard.detection
    base = (detected.language or "en").split("-")[0]
    # Words that the emergency lexicon of this language knows are as good as many words.
    witnessed = any(rule.split(".")[0].split("-")[0] == base for rule in heard.verdict.rules)
    letters = _letters(text)
    # "B9 4AA" is in no language.
    several = len(text.split()) >= _FEW_WORDS and letters > _TELLING_LETTERS
    # Nor is a greeting that several languages share, "as salam o alaikum".
    guessed = detected.confidence >= _LIKELY and several and heard.path != "greet"
    if base == "en" or witnessed or guessed:
        return Choice(detected.language)
    plain = services.keywords.meaning(text, ("en",)) is not None
    return Choice("en", in_doubt=not plain and letters > _TELLING_LETTERS)


def set_language(conversation: Conversation, code: str) -> None:
    """The person asked for it; it stays until they ask for another."""
    conversation.resident.language, conversation.resident.language_chosen = code, True


def _differs(services: Services, known: str, detected: Detection) -> bool:
    """Whether it is another language to answer in. Dari after Persian is none: who reads one reads the other."""
    if detected.language is None or detected.language not in services.registry:
        return False
    one, other = services.registry.served(known), services.registry.served(detected.language)
    near = other.code in one.fallback or one.code in other.fallback
    return one != other and not (near and one.script == other.script and SOURCE not in (one.code, other.code))
