"""Whom to ring as lines of text: whole, in order, and never longer than a text may be."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import bootstrap
from bot.directory.choose import Contact
from bot.languages.sms_length import measure
from bot.settings import Settings
from bot.store.unit_of_work import Store
from bot.usecases.contact_lines import ContactLines
from bot.usecases.services import Services
from tests.conftest import MASTER

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 11, 17, 12, 0, tzinfo=LONDON)
CATEGORIES = (
    "unsure",
    "physical",
    "sexual",
    "domestic_abuse",
    "harmful_practice",
    "self_harm",
    "adult",
    "radicalisation",
)
PLACES = ("Handsworth", "Willenhall", "B36", "Coventry", "Dudley", "", "London")
TIMES = (NOON, NOON.replace(hour=17, minute=5), NOON.replace(hour=3), NOON + timedelta(days=4))
SENTENCES = (
    "utter_ask_contact",
    "utter_whom_to_ring",
    "utter_number_failed_again",
    "utter_anonymous_contacts",
    "utter_talk",
)


@pytest.fixture(scope="module")
def known() -> Iterator[Services]:
    store = Store("sqlite://", MASTER)
    from bot.dialogue.engine import NoDialogue

    yield bootstrap.build(Settings.load(_env_file=None), store=store, dialogue=NoDialogue())
    store.close()


@pytest.fixture
def lines(known: Services) -> ContactLines:
    return ContactLines(known, "en", web=True, now=NOON)


def a_contact(**given: object) -> Contact:
    base = Contact(
        id="csc_dudley",
        name="Dudley",
        kind="children",
        phone="0300 555 0050",
        open_now=True,
        why="day_team",
        checked_on=date(2026, 11, 20),
        dial="+443005550050",
    )
    return replace(base, **given)  # type: ignore[arg-type]


def test_what_to_press_and_until_when(lines: ContactLines) -> None:
    until = a_contact(option=3, until=NOON.replace(hour=17, minute=15))
    assert lines.inside("utter_talk", [until], {}) == "Dudley: 0300 555 0050, then press 3 (until 17:15)"


def test_day_and_night(lines: ContactLines) -> None:
    assert lines.inside("utter_talk", [a_contact()], {}).endswith("(day and night)")


def test_nothing_is_said_of_hours_that_nobody_knows_or_that_are_over(lines: ContactLines) -> None:
    for open_now in (None, False):
        assert lines.inside("utter_talk", [a_contact(open_now=open_now)], {}) == "Dudley: 0300 555 0050"


def test_an_hour_of_another_week_is_not_said(lines: ContactLines) -> None:
    far = a_contact(until=NOON + timedelta(days=3))
    assert lines.inside("utter_talk", [far], {}) == "Dudley: 0300 555 0050"


def test_of_desk_and_out_of_hours_team_one_is_tried_first(lines: ContactLines) -> None:
    team = a_contact(id="edt_dudley", name="Dudley nights", phone="0300 555 8574", dial="+443005558574", open_now=None)
    said = lines.inside("utter_talk", [a_contact(open_now=None), team], {}).split("\n")
    assert said == ["Dudley: 0300 555 0050", "If no answer: Dudley nights: 0300 555 8574"]


def test_two_boroughs_are_not_a_pair(lines: ContactLines) -> None:
    other = a_contact(id="csc_walsall", name="Walsall", open_now=None)
    assert "If no answer" not in lines.inside("utter_talk", [a_contact(open_now=None), other], {})


def test_a_number_to_text_is_not_a_number_to_ring(known: Services, lines: ContactLines) -> None:
    shout = known.directory.agencies["shout"]
    assert shout.text is not None
    contact = a_contact(
        id="shout", name="Shout", kind="voluntary", phone="85258", dial=None, text=shout.text, open_now=None
    )
    assert lines.inside("utter_talk", [contact], {}) == "Shout: text SHOUT to 85258"


@pytest.mark.parametrize("key", SENTENCES)
def test_no_text_is_longer_than_it_may_be_and_somebody_always_answers(known: Services, key: str) -> None:
    for language in known.registry.offered():
        for at in TIMES:
            said = ContactLines(known, language.code, web=False, now=at)
            for category in CATEGORIES:
                for where in PLACES:
                    place = known.places.resolve(where)
                    found = known.directory.contacts(place, at, category, "neighbour", "concern", channel="sms")
                    text = known.say(key, language.code, contacts=said.inside(key, found, {})).text
                    length = measure(text)
                    most = {"gsm7": 3, "ucs2": 5}[length.encoding]
                    assert length.segments <= most, (language.code, at, category, where, text)
                    assert any(c.phone in text for c in found if c.open_now), (language.code, text)
