from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.directory.choose import Directory
from bot.directory.hours import BankHolidays
from bot.directory.week import Stretch
from bot.settings import ROOT
from bot.site.numbers import PhoneBook, phone_book

DIRECTORY = Directory.load(ROOT / "data" / "directory")


@pytest.fixture
def book() -> PhoneBook:
    return phone_book(DIRECTORY)


def test_every_borough_has_a_line_for_children_and_for_adults(book: PhoneBook) -> None:
    assert [team.place for team in book.children] == [team.place for team in book.adults]
    assert len(book.children) == 7
    assert all(team.day and team.night for team in book.children)


def test_no_unpublished_number_is_printed(book: PhoneBook) -> None:
    published = {number for a in DIRECTORY.agencies.values() if a.publish for number in (a.phone, a.text) if number}
    lines = [line for team in (*book.children, *book.adults) for line in (team.day, team.night)]
    printed = {line.number for line in lines if line} | {n for h in book.helplines for n in (h.number, h.text) if n}
    assert printed <= published
    assert book.helplines


def test_a_child_s_desk_is_never_an_adult_s(book: PhoneBook) -> None:
    desks = [[team.day.number for team in teams if team.day] for teams in (book.children, book.adults)]
    assert not set(desks[0]) & set(desks[1])
    nights = [team.night and team.night.number.display for team in (book.children[0], book.adults[0])]
    assert nights == ["0121 675 4806", "0121 464 9001"], "Birmingham has two teams at night; others share one"


def test_hours_are_those_of_the_directory(book: PhoneBook) -> None:
    birmingham, coventry = book.children[:2]
    assert birmingham.day
    assert birmingham.day.hours.week == (Stretch((0, 1, 2, 3), ("08:45–17:15",)), Stretch((4,), ("08:45–16:15",)))
    assert coventry.day
    assert coventry.day.hours.kind == "unknown"
    assert {h.name: h.hours.kind for h in book.helplines}["NSPCC Helpline"] == "unknown", "many sites still say always"


def changed(**records: Mapping[str, object]) -> Directory:
    """The directory with some records changed."""
    agencies = {a.id: a.model_copy(update=records.get(a.id, {})) for a in DIRECTORY.agencies.values()}
    return Directory(agencies, BankHolidays.load(ROOT / "data" / "directory"))


def test_what_is_not_in_effect_on_the_day_is_not_printed() -> None:
    ended = changed(csc_birmingham={"effective_to": date(2026, 11, 20)}, bsl_999={"effective_from": date(2027, 1, 1)})
    before, after = phone_book(ended, date(2026, 11, 20)), phone_book(ended, date(2026, 11, 21))
    assert before.children[0].day is not None
    assert (after.children[0].day, after.silent.signed) == (None, None)
    assert phone_book(ended, date(2027, 1, 1)).silent.signed == "https://999bsl.co.uk"


def test_the_ways_without_speaking_are_those_of_the_directory(book: PhoneBook) -> None:
    silent = book.silent
    assert (silent.key, silent.relay and silent.relay.display, silent.relay_police) == (55, "18000", "18001 101")
    assert (silent.signed, silent.word) == ("https://999bsl.co.uk", "register")
    withheld = phone_book(changed(**{name: {"publish": False} for name in ("silent_solution", "emergency_sms")}))
    assert (withheld.silent.key, withheld.silent.word) == (None, None)


def test_the_date_is_that_of_the_number_unchecked_for_longest(book: PhoneBook) -> None:
    assert all(DIRECTORY.agencies[name].checked_on >= book.checked_on for name in ("police_999", "childline"))


def test_numbers_in_a_message_can_be_rung(book: PhoneBook) -> None:
    parts = book.linked("Ring 999 now, or 0121 303 1888.")
    assert [(p.text, p.href) for p in parts] == [
        ("Ring ", None),
        ("999", "tel:999"),
        (" now, or ", None),
        ("0121 303 1888", "tel:+441213031888"),
        (".", None),
    ]


def test_a_web_address_is_opened_and_its_digits_are_not_rung(book: PhoneBook) -> None:
    parts = book.linked("BSL: 999bsl.co.uk. 999에 전화하세요")
    assert [(p.text, p.href) for p in parts if p.href] == [("999bsl.co.uk", "https://999bsl.co.uk"), ("999", "tel:999")]


@pytest.mark.parametrize("text", ["Reference 1999 9991 0101 2101", "0800 9999", "flat 1013"])
def test_digits_inside_other_digits_are_no_number(book: PhoneBook, text: str) -> None:
    assert [p.href for p in book.linked(text) if p.href] == []


@given(st.text(alphabet="019 +\nabسچ"))
def test_the_pieces_joined_are_the_message(text: str) -> None:
    assert "".join(p.text for p in phone_book(DIRECTORY).linked(text)) == text
