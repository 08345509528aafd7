import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.directory.choose import Directory
from bot.settings import ROOT
from bot.site.numbers import PhoneBook, phone_book

DIRECTORY = Directory.load(ROOT / "data" / "directory")


@pytest.fixture
def book() -> PhoneBook:
    return phone_book(DIRECTORY)


def test_every_borough_has_a_line(book: PhoneBook) -> None:
    assert len(book.teams) == 7
    assert all(team.day or team.night for team in book.teams)


def test_no_unpublished_number_is_printed(book: PhoneBook) -> None:
    published = {a.phone for a in DIRECTORY.agencies.values() if a.publish}
    printed = {n for team in book.teams for n in (team.day, team.night) if n} | {h.number for h in book.helplines}
    assert printed <= published
    assert book.helplines


def test_the_date_is_that_of_the_number_unchecked_for_longest(book: PhoneBook) -> None:
    assert all(DIRECTORY.agencies[name].checked_on >= book.checked_on for name in ("police_999", "childline"))


def test_numbers_in_a_message_can_be_rung(book: PhoneBook) -> None:
    parts = book.linked("Ring 999 now, or 0121 303 1888.")
    assert [(p.text, p.dial) for p in parts] == [
        ("Ring ", None),
        ("999", "999"),
        (" now, or ", None),
        ("0121 303 1888", "+441213031888"),
        (".", None),
    ]


@pytest.mark.parametrize("text", ["Reference 1999 9991 0101 2101", "0800 9999", "flat 1013"])
def test_digits_inside_other_digits_are_no_number(book: PhoneBook, text: str) -> None:
    assert [p.dial for p in book.linked(text) if p.dial] == []


@given(st.text(alphabet="019 +\nabسچ"))
def test_the_pieces_joined_are_the_message(text: str) -> None:
    assert "".join(p.text for p in phone_book(DIRECTORY).linked(text)) == text
