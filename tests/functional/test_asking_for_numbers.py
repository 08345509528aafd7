"""Questions for a number: the agency that was named, or one for each kind of worry."""

import pytest

from bot.usecases.services import Services
from tests.person import Person


@pytest.fixture
def person(services: Services) -> Person:
    return Person(services, "+447700900321", "web")


def test_the_agency_that_was_named_comes_first(person: Person) -> None:
    assert person.says("what is the number for childline") == ["utter_ask_charity"]
    assert "Childline: 0800 1111" in person.text
    assert person.text.index("Childline") < person.text.index("NSPCC")
    assert "999" in person.text


def test_in_the_middle_of_a_concern_too(person: Person) -> None:
    person.says("the boy next door has bruises again")
    person.says("no")
    asked = person.says("do you have the number for women's aid")
    assert asked[-1] == "utter_ask_place"
    assert "Birmingham & Solihull Women's Aid: 0808 800 0028" in person.text


def test_charities_for_whoever_has_told_no_worry(person: Person) -> None:
    assert person.says("which charities can help") == ["utter_ask_charity"]
    for number in ("0808 800 5000", "0800 1111", "0808 2000 247", "0808 808 8141"):
        assert number in person.text


def test_the_charity_they_could_not_reach_comes_last(person: Person) -> None:
    person.says("which charities can help")
    first, *others = ("0808 800 5000", "0800 1111", "0808 2000 247", "0808 808 8141")
    assert min(map(person.text.index, others)) > person.text.index(first)
    person.says(f"{first} is not answering, the number does not work")
    assert person.says("which charities can help") == ["utter_ask_charity"]
    assert max(map(person.text.index, others)) < person.text.index(first)
