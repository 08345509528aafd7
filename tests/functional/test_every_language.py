"""A whole concern in every language, answered in its digits and in its words; every reply is of its catalogue."""

import re

import pytest

from bot import bootstrap
from bot.languages.examples import examples
from bot.languages.registry import Language, Registry
from bot.ports import Dialogue
from bot.settings import ROOT, Settings
from bot.store import schema
from bot.store.unit_of_work import Store
from bot.usecases.services import Services
from tests.conftest import MASTER, StillClock
from tests.person import Person

REGISTRY = Registry.load(ROOT / "translations" / "languages.yml")
LANGUAGES = [language for language in REGISTRY if language.status != "off"]
# The digit one of a script; its others follow it.
ONES = {
    "Deva": "१",
    "Beng": "১",
    "Guru": "੧",
    "Gujr": "૧",
    "Taml": "௧",
    "Telu": "౧",
    "Mlym": "൧",
    "Thai": "๑",
    "Ethi": "፩",
}
ARABIC_ONES = {"ar": "١", "ckb": "١"}
QUESTIONS = [
    "utter_ask_story",
    "utter_ask_danger",
    "utter_ask_place",
    "utter_ask_subject",
    "utter_ask_relationship",
    "utter_ask_may_reply",
    "utter_ask_reporter_name",
    "utter_ask_consent",
]


@pytest.fixture(scope="module")
def offline(dialogue: Dialogue) -> Services:
    store = Store("sqlite://", MASTER)
    schema.upgrade(store.engine)
    settings = Settings.load(_env_file=None)
    return bootstrap.build(settings, store=store, dialogue=dialogue, clock=StillClock())


def digit(language: Language, number: int) -> str:
    one = ARABIC_ONES.get(language.code, "۱") if language.script == "Arab" else ONES.get(language.script, "1")
    return chr(ord(one) + number - 1)


def word(services: Services, language: Language, meaning: str) -> str:
    """The commonest word of the language with this meaning."""
    return next(word for word, found in services.keywords.by_variety[language.code].items() if found == meaning)


def story(services: Services, language: Language) -> str:
    """What somebody might write who does not speak of danger now."""
    lines = (text for intent, text in examples(ROOT / "data" / "nlu" / language.code) if intent == "concern_neglect")
    return next(text for text in lines if len(text) > 8 and _is_plain(services, text))


def _is_plain(services: Services, text: str) -> bool:
    """Without danger, a place, or anything else that answers a question, so that every one is asked."""
    place, told = (
        services.places.resolve(text),
        services.story_words.read(text, [lang.code for lang in services.registry]),
    )
    answers = place.boroughs or place.ask or place.outside or told.relationship or told.name
    return services.detector.examine(text).danger is None and not answers


def name_of(services: Services, language: Language) -> str:
    """A word that asks for this language and no other."""
    words = (word for word, found in services.keywords.by_variety[language.code].items() if found == "self")
    return next((word for word in words if services.keywords.language_named(word) == language.code), language.name)


def is_of_its_catalogue(services: Services, key: str, body: str, served: Language) -> bool:
    """Whether a reply holds its sentence and its choices, word for word, of the language's own catalogue."""
    sentences = services.catalogues.sentences(served.code)
    keys = [key, *(f"{key}/{number}" for number in range(1, len(services.catalogues.payloads(key)) + 1))]
    if not all(one in sentences for one in keys):
        return False
    parts = [part.strip() for one in keys for part in re.split(r"\{\w+\}", sentences[one])]
    return all(part in body for part in parts)


@pytest.mark.parametrize("by", ["digits", "words"])
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_a_whole_concern(offline: Services, language: Language, by: str) -> None:
    person = Person(offline, f"+4477009{LANGUAGES.index(language):03}{'01' if by == 'digits' else '02'}")
    served = offline.answer_language(language.code)

    def chosen(number: int) -> str:
        return digit(language, number) if by == "digits" else word(offline, language, str(number))

    no = chosen(2) if by == "digits" else word(offline, language, "no")
    skip = chosen(1) if by == "digits" else word(offline, language, "skip")
    name = language.name if by == "digits" else name_of(offline, language)
    heard: list[str] = []
    for said in (name, "MENU", "1", story(offline, language), no, "B21", skip, chosen(1), chosen(3), skip, chosen(1)):
        heard += person.says(said)
        for answer, body in zip(person.answers, person.texts, strict=True):
            assert answer.language == served.code
            assert is_of_its_catalogue(offline, answer.key, body, served), (said, answer.key, body)
    assert [key for key in heard if key in QUESTIONS] == QUESTIONS
    assert {"utter_submitted_concern", "utter_submitted_urgent"} & set(heard)
    assert heard[-2:] == ["utter_whom_to_ring", "utter_what_next"]
    conversation = person.conversation()
    with offline.store.reading() as uow:
        concern = uow.concerns.latest(conversation.id)
    assert concern is not None
    assert concern.status == "submitted"


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_danger_is_answered_in_every_language(offline: Services, language: Language) -> None:
    """The plainest cry for help of each language, as its lexicon has it, as somebody's first message."""
    person = Person(offline, f"+4477008{LANGUAGES.index(language):03}03")
    lines = (text for intent, text in examples(ROOT / "data" / "nlu" / language.code) if intent == "emergency")
    plain = next(text for text in lines if len(text) > 8 and str(offline.detector.examine(text).danger) == "emergency")
    keys = person.says(plain)
    assert keys[0] == "utter_emergency"
    assert "999" in person.texts[0]


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_english_is_one_word_away(offline: Services, language: Language) -> None:
    person = Person(offline, f"+4477007{LANGUAGES.index(language):03}04")
    person.says(language.name)
    person.says("ENGLISH")
    assert {answer.language for answer in person.answers} == {"en"}
