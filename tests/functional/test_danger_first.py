"""Danger gets 999 first: in every language, at every turn, whatever is broken."""

import pytest

from bot.bootstrap import Knowledge, build
from bot.dialogue.engine import NoDialogue
from bot.errors import StoreUnavailable
from bot.settings import Settings
from bot.store.unit_of_work import Store
from bot.usecases.receive import Inbound, receive
from bot.usecases.safety import safety_text
from bot.usecases.services import Services
from tests.conftest import MASTER, StillClock
from tests.person import Person

DANGER = {
    "en": "he has a knife and he is hitting her right now",
    "ur": "وہ چاقو لے کر بچوں کو مارنے لگا ہے ابھی",
    "pa": "ਉਹ ਹੁਣੇ ਚਾਕੂ ਲੈ ਕੇ ਬੱਚੇ ਨੂੰ ਮਾਰ ਰਿਹਾ ਹੈ",
    "bn": "সে এখন ছুরি নিয়ে বাচ্চাকে মারছে",
    "pl": "on ma nóż i bije teraz dziecko",
    "ar": "معه سكين ويضرب الطفل الآن",
}
WORRY = {
    "en": "the boy next door is always hungry and dirty",
    "ur": "پڑوسی کا بچہ ہر وقت بھوکا اور گندا رہتا ہے",
    "pa": "ਗੁਆਂਢੀਆਂ ਦਾ ਬੱਚਾ ਹਮੇਸ਼ਾ ਭੁੱਖਾ ਤੇ ਗੰਦਾ ਰਹਿੰਦਾ ਹੈ",
    "bn": "পাশের বাসার বাচ্চাটা সবসময় ক্ষুধার্ত আর নোংরা থাকে",
    "pl": "dziecko sąsiadów jest zawsze głodne i brudne",
    "ar": "ابن الجيران دائما جائع ووسخ",
}


@pytest.mark.parametrize("language", DANGER)
def test_the_first_message(services: Services, language: str) -> None:
    person = Person(services)
    assert person.says(DANGER[language])[0] == "utter_emergency"
    assert "999" in person.texts[0]
    assert person.answers[0].language == language
    assert person.answers[0].urgent
    (concern,) = person.concerns()
    assert (concern.urgency, concern.status) == ("emergency", "unfinished")


@pytest.mark.parametrize("language", DANGER)
def test_in_the_middle_of_the_form(services: Services, language: str) -> None:
    person = Person(services)
    person.says(WORRY[language])
    person.says("2")
    keys = person.says(DANGER[language])
    assert keys[0] == "utter_emergency"
    assert person.answers[0].language == language
    assert person.concerns()[0].urgency == "emergency"
    assert WORRY[language] in str(person.told()["story"])


@pytest.mark.parametrize("language", DANGER)
def test_without_a_model(
    store: Store, settings: Settings, clock: StillClock, knowledge: Knowledge, language: str
) -> None:
    person = Person(build(settings, store=store, clock=clock, knowledge=knowledge, dialogue=NoDialogue()))
    assert person.says(DANGER[language])[0] == "utter_emergency"
    assert person.answers[0].language == language
    assert person.concerns()[0].urgency == "emergency"


def test_without_a_model_a_worry_gets_numbers_and_a_person(
    store: Store, settings: Settings, clock: StillClock, knowledge: Knowledge
) -> None:
    person = Person(build(settings, store=store, clock=clock, knowledge=knowledge, dialogue=NoDialogue()))
    assert person.says(WORRY["en"])[0] == "utter_degraded"
    assert "999" in person.text
    assert "101" in person.text
    assert person.conversation().needs_person_at is not None


class BrokenDialogue(NoDialogue):
    """A model that fails at every message."""

    ready = True

    def parse(self, text: str, varieties=None):  # type: ignore[no-untyped-def]
        from bot.ports import Parse

        return Parse("concern_neglect", 0.9, (("concern_neglect", 0.9),))

    def respond(self, turn, text, intent, entities):  # type: ignore[no-untyped-def]
        raise RuntimeError("kanarienvogel")


def test_a_dialogue_that_fails_is_answered_with_the_safety_reply(
    store: Store, settings: Settings, clock: StillClock, knowledge: Knowledge
) -> None:
    person = Person(build(settings, store=store, clock=clock, knowledge=knowledge, dialogue=BrokenDialogue()))
    assert person.says(DANGER["en"])[0] == "utter_emergency"
    assert person.says(WORRY["en"])[0] == "utter_degraded"


@pytest.mark.parametrize("language", DANGER)
def test_with_the_database_read_only(
    settings: Settings,
    clock: StillClock,
    knowledge: Knowledge,
    language: str,
    store: Store,  # type: ignore[no-untyped-def]
) -> None:
    url = str(store.engine.url.render_as_string(hide_password=False))
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        broken = Store(f"sqlite:///file:{path}?mode=ro&uri=true", MASTER)
    else:
        joint = "&" if "?" in url else "?"
        broken = Store(f"{url}{joint}options=-c%20default_transaction_read_only%3Don", MASTER)
    services = build(settings, store=broken, clock=clock, knowledge=knowledge, dialogue=NoDialogue())
    with pytest.raises(StoreUnavailable):
        receive(services, Inbound("sms", "+447700900123", DANGER[language]))
    said = safety_text(services, DANGER[language])
    assert "999" in said[0].text
    assert said[0].language == language
    broken.close()


def test_a_language_the_bot_does_not_speak_still_gets_999(services: Services) -> None:
    person = Person(services)
    person.says("komşunun çocuğu her gece ağlıyor, çok endişeleniyorum")
    assert "999" in person.texts[0]


@pytest.mark.parametrize(
    "opening",
    [
        "hello", "what is this", "asdf qwer", "is it anonymous", "who are you", "thanks", "menu", "?", "🆘", "👍",
        "مدد", "pomocy", "ਮਦਦ", "সাহায্য", "مساعدة", "what signs should I look for", "will they take my kids",
    ],
)  # fmt: skip
def test_whatever_a_first_message_is_taken_for_its_answer_has_the_999_line(services: Services, opening: str) -> None:
    person = Person(services)
    person.says(opening)
    assert "999" in person.texts[0]
