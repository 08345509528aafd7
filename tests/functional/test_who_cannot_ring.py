"""Who cannot ring: the other ways to 999 come first, and whether it is an alarm is judged by the danger in it."""

import pytest

from bot.ports import Parse
from bot.safeguarding.detector import Danger, Verdict
from bot.safeguarding.urgency import Urgency
from bot.usecases.services import Services
from bot.usecases.understand import Understanding
from tests.person import Person


@pytest.mark.parametrize("text", ["im hiding and cant talk", "cant speak im hiding in the wardrobe"])
def test_who_hides_is_in_danger(services: Services, text: str) -> None:
    person = Person(services)
    assert person.says(text)[0] == "utter_emergency"
    assert "55" in person.texts[0]


@pytest.mark.parametrize("text", ["i am deaf how do i ring 999", "cant phone he would hear me, can i text 999 instead"])
def test_a_question_how_to_reach_999_gets_the_ways_and_the_danger_question(services: Services, text: str) -> None:
    person = Person(services)
    assert person.says(text)[:2] == ["utter_cannot_ring", "utter_ask_danger"]
    assert "55" in person.texts[0]


@pytest.mark.parametrize(
    ("danger", "intent", "says_so"),
    [(Danger.CHECK, "cannot_ring", True), (None, "cannot_ring", False), (Danger.CHECK, "ask_police", False)],
)
def test_the_model_alone_is_believed_where_there_may_be_danger(
    services: Services, danger: Danger | None, intent: str, says_so: bool
) -> None:
    detection = services.languages.detect("siwezi kuongea")
    parse = Parse(intent, 0.9, ((intent, 0.9),))
    heard = Understanding("siwezi kuongea", detection, Verdict(danger), parse, Urgency("check", ()), parsed=True)
    assert heard.says_cannot_ring is says_so
