"""The concern conversation, whole, with the real model, on both databases."""

import re
from datetime import timedelta

import pytest

from bot.store.models import Concern
from bot.usecases.services import Services
from tests.conftest import StillClock
from tests.person import Person

STORY = "my neighbour's little boy is always hungry and very thin, he asks my kids for food"


@pytest.fixture
def person(services: Services) -> Person:
    return Person(services)


def to_the_summary(person: Person, place: str = "Handsworth") -> None:
    person.says(STORY)
    person.says("no")
    person.says(place)
    person.says("about seven, lives at number 12, I don't know his name")
    person.says("1")
    person.says("1")
    person.says("skip")


def test_a_worry_becomes_a_concern_with_a_reference_and_a_number_to_ring(person: Person) -> None:
    assert person.says(STORY)[0] == "utter_ask_danger"
    assert "999" in person.texts[0]
    assert person.says("no") == ["utter_heard", "utter_ask_place"]
    assert person.says("Handsworth")[0] == "utter_ask_subject"
    # "My neighbour" is told already, and not asked.
    assert person.says("about seven, lives at number 12")[0] == "utter_ask_may_reply"
    assert person.says("1")[0] == "utter_ask_reporter_name"
    assert person.says("Maria")[0] == "utter_ask_consent"
    assert "Handsworth" in person.text
    assert person.says("1") == ["utter_submitted_concern", "utter_whom_to_ring", "utter_what_next"]
    reference = re.search(r"\d{4} \d{4} \d{4} \d{4}", person.text)
    assert reference
    # Tuesday, eleven in the morning: the day desk.
    assert "0121 303 1888" in person.text
    (concern,) = person.concerns()
    assert (concern.status, concern.category, concern.urgency) == ("submitted", "neglect", "concern")
    assert concern.boroughs == ["birmingham"]
    assert concern.reference == reference.group().replace(" ", "")
    told = person.told()
    assert told["story"] == STORY
    assert (told["relationship"], told["may_reply"], told["reporter_name"]) == ("neighbour", "yes", "Maria")


def test_what_was_told_already_is_not_asked_again(person: Person) -> None:
    person.says(STORY + " in Handsworth")
    assert person.says("no") == ["utter_heard", "utter_ask_subject"]
    for answer in ("skip", "3", "skip"):
        person.says(answer)
    assert "Handsworth" in person.text


def test_every_question_can_be_skipped(person: Person) -> None:
    person.says(STORY)
    keys = [key for _ in range(6) for key in person.says("skip")]
    assert keys[-1] == "utter_ask_consent"
    assert person.says("1")[0].startswith("utter_submitted")


def test_an_answer_can_be_corrected_before_it_is_sent(person: Person) -> None:
    to_the_summary(person)
    assert person.says("2")[0] == "utter_ask_correction"
    assert person.says("2")[0] == "utter_ask_place"
    assert person.says("Walsall")[0] == "utter_ask_consent"
    assert "Walsall" in person.text
    person.says("1")
    assert person.concerns()[0].boroughs == ["walsall"]


def test_just_note_it_is_a_real_outcome(person: Person) -> None:
    to_the_summary(person)
    assert person.says("3") == ["utter_noted"]
    assert person.concerns()[0].status == "noted"
    assert person.concerns()[0].urgency == "note"


def test_nothing_is_sent_without_a_yes(person: Person) -> None:
    to_the_summary(person)
    assert person.says("4") == ["utter_not_sent"]
    assert person.concerns() == []


def test_cancel_stops_the_form_at_any_question(person: Person) -> None:
    person.says(STORY)
    assert person.says("CANCEL") == ["utter_cancel"]
    assert person.concerns() == []
    assert person.says("hello")[0] == "utter_greet"


# To the model each of these has looked like a yes, a no or a cry for help.
@pytest.mark.parametrize("name", ["Nadia", "Saima", "Amina", "Mamadou", "Noor", "Hai", "Nina", "Jana"])
def test_a_bare_name_is_kept_whatever_it_sounds_like(person: Person, name: str) -> None:
    person.says("pados ki larki ko uska baap roz marta hai, wo bohat dari hui rehti hai")
    person.says("nahi")
    person.says("Alum Rock")
    for answer in (name, "nahi", "skip"):
        person.says(answer)
    assert person.answers[0].key == "utter_ask_consent"
    assert name in person.text
    person.says("1")
    assert person.told()["subject"] == name
    assert [concern.urgency for concern in person.concerns()] == ["concern"]


@pytest.mark.parametrize("no", ["nahi", "nai", "pata nahi", "no", "skip"])
def test_a_no_to_the_name_is_no_name(person: Person, no: str) -> None:
    person.says("pados ki larki ko uska baap roz marta hai, wo bohat dari hui rehti hai")
    person.says("nahi")
    person.says("Alum Rock")
    for answer in (no, "nahi", "skip", "1"):
        person.says(answer)
    assert "subject" not in person.told()


@pytest.mark.parametrize("words", ["leave it", "I'd rather leave that", "skip it"])
def test_no_name_is_no_reason_to_stop(person: Person, words: str) -> None:
    for answer in (STORY, "no", "Handsworth", "about seven, lives at number 12", "1"):
        person.says(answer)
    assert person.says(words) == ["utter_ask_consent"]
    assert words not in person.text


def test_cancel_stops_the_form_at_the_name_too(person: Person) -> None:
    for answer in (STORY, "no", "Handsworth", "about seven, lives at number 12", "1"):
        person.says(answer)
    assert person.says("cancel") == ["utter_cancel"]


def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(person: Person) -> None:
    person.says(STORY)
    keys = person.says("is this anonymous? do I have to give my name?")
    assert keys[0] == "utter_ask_anonymous"
    assert keys[-1] == "utter_ask_danger"
    assert person.says("no")[-1] == "utter_ask_place"


def test_a_person_who_comes_back_after_days_goes_on_where_they_were(person: Person, clock: StillClock) -> None:
    person.says(STORY)
    person.says("no")
    clock.forward(days=5)
    keys = person.says("Handsworth")
    assert keys[0] == "utter_welcome_back"
    assert keys[1] == "utter_ask_subject"
    to_end = [person.says(t) for t in ("skip", "skip", "3", "skip", "1")]
    assert to_end[-1][0] == "utter_submitted_concern"


def test_a_later_message_is_added_to_the_concern(person: Person) -> None:
    to_the_summary(person)
    person.says("1")
    assert person.says("I saw him again today, he was eating from the bin and had no coat")[0] == "utter_ask_add_choice"
    assert person.says("1") == ["utter_added"]
    assert len(person.concerns()) == 1
    assert person.told()["additions"] == ["I saw him again today, he was eating from the bin and had no coat"]


def test_a_new_worry_is_a_new_concern(person: Person) -> None:
    to_the_summary(person)
    person.says("1")
    person.says("another child in my street often has bruises on her arms and legs")
    assert person.says("2")[0] == "utter_ask_danger"


def test_a_reference_given_on_the_web_adds_to_the_concern(person: Person, services: Services) -> None:
    to_the_summary(person)
    person.says("1")
    reference = person.concerns()[0].reference
    other = Person(services, "another-browser", "web")
    assert other.says(f"my reference is {reference[:4]} {reference[4:8]} {reference[8:12]} {reference[12:]}")[0] == (
        "utter_status_open"
    )
    assert other.says("the boy has a bruise on his arm now")[0] == "utter_added"
    assert person.told()["additions"] == ["the boy has a bruise on his arm now"]


def test_a_mistyped_reference_is_said_to_be_unknown(person: Person) -> None:
    assert person.says("1234 5678 9012 3456")[0] == "utter_reference_unknown"


def test_a_place_in_two_boroughs_is_asked_back_and_the_choice_decides(person: Person) -> None:
    person.says(STORY)
    person.says("no")
    assert person.says("B36")[0] == "utter_ask_place_choice"
    assert "Solihull" in person.text
    number = next(line[0] for line in person.text.splitlines() if line.endswith("Solihull"))
    assert person.says(number)[0] == "utter_ask_subject"
    for answer in ("skip", "skip", "3", "skip", "1"):
        person.says(answer)
    assert person.concerns()[0].boroughs == ["solihull"]


def test_the_unsure_neighbour_is_helped_to_decide(person: Person) -> None:
    keys = person.says("im not sure if its anything but something is not right with the girl next door")
    assert keys[:2] == ["utter_unsure", "utter_ask_danger"]
    assert person.says("no") == ["utter_heard", "utter_ask_how_often"]
    person.says("3")
    person.says("3")
    person.says("1")
    keys = person.says("3")
    assert keys == ["utter_advice_report", "utter_ask_next_step"]
    assert person.says("1")[0] == "utter_ask_place"


def test_a_child_meets_childline_first_and_no_form(person: Person) -> None:
    keys = person.says("im 11 and my uncle touches me and says not to tell")
    assert keys[0] == "utter_child"
    assert "0800 1111" in person.texts[0]
    (concern,) = person.concerns()
    assert (concern.category, concern.urgency, concern.writer) == ("child", "urgent", "child")
    person.says("2")
    person.says("skip")
    assert person.says("1")[0] == "utter_child_done"
    assert person.concerns()[0].status == "submitted"


def test_a_parent_at_the_limit_is_helped_not_judged(person: Person) -> None:
    person.says("hello")
    assert person.says("4")[0] == "utter_parent"
    person.says("2")
    person.says("Coventry")
    keys = person.says("1")
    assert keys[0] == "utter_parent_done"
    assert "utter_parent_passed_on" in keys
    assert person.concerns()[0].category == "parent"


def test_two_misses_end_in_a_number_to_ring(person: Person) -> None:
    assert person.says("%%% ///")[0] == "utter_fallback"
    keys = person.says("...")
    assert keys[0] == "utter_fallback_contact"
    assert re.search(r"0\d{2,4} \d{3}", person.text) or "101" in person.text


def test_the_clock_of_a_concern_depends_on_its_urgency(person: Person, clock: StillClock) -> None:
    to_the_summary(person)
    person.says("1")
    concern: Concern = person.concerns()[0]
    assert timedelta(hours=23) < concern.due_at - clock.now <= timedelta(hours=24)


def test_danger_that_is_not_ruled_out_asks_for_a_person(person: Person) -> None:
    person.says(STORY)
    person.says("3")
    assert "999" in person.texts[0]
    assert person.conversation().needs_person_at is not None
