"""Somebody who asks for an agency by name gets that agency."""

from datetime import datetime

import pytest

from bot.directory.agencies import Agency, load_agencies
from bot.directory.choose import Directory
from bot.directory.hours import LONDON
from bot.settings import ROOT

NOON = datetime(2026, 11, 23, 12, tzinfo=LONDON)
AGENCIES = load_agencies(ROOT / "data" / "directory")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is the number for Childline?", ["childline"]),
        ("SAMARITANS or nspcc, which one", ["samaritans", "nspcc"]),
        ("numer do childline'a", ["childline"]),
        ("چائلڈ لائن کا نمبر دیں", ["childline"]),
        ("is there a refuge", ["nda_helpline"]),
        ("Women\u2019s Aid number", ["bswa", "coventry_haven", "bcwa", "haven_wolverhampton", "nda_helpline"]),
        ("which charity can help", []),
        ("my husband shouts at me", []),
        ("ring 0800 1111 or 111", []),
    ],
)
def test_names_are_heard_in_the_words(directory: Directory, text: str, expected: list[str]) -> None:
    assert [contact.id for contact in directory.named(text, NOON)] == expected


def test_where_the_borough_is_known_another_boroughs_agency_is_left_out(directory: Directory) -> None:
    assert [c.id for c in directory.named("womens aid", NOON, "walsall")] == ["bcwa", "nda_helpline"]
    assert [c.id for c in directory.named("Coventry Haven", NOON, "walsall")] == ["coventry_haven"]


@pytest.mark.parametrize("agency", [a for a in AGENCIES.values() if a.known_as], ids=lambda a: a.id)
def test_each_name_finds_its_agency_if_it_may_be_given(directory: Directory, agency: Agency) -> None:
    for name in agency.known_as:
        found = [contact.id for contact in directory.named(f"the number of {name} please", NOON)]
        assert (agency.id in found) == agency.publish


def test_of_those_who_share_a_name_the_first_answers_now(directory: Directory) -> None:
    night = datetime(2026, 11, 23, 3, tzinfo=LONDON)
    answers = [contact.open_now for contact in directory.named("women's aid", night)]
    assert answers == [True, True, True, False, False]


def test_from_abroad_a_number_is_given_that_can_be_rung_there(directory: Directory) -> None:
    (unit,) = directory.named("forced marriage unit", NOON, abroad=True)
    assert unit.phone.startswith("+44")


def test_whoever_asks_for_charities_gets_one_for_each_kind_of_worry(directory: Directory) -> None:
    assert [c.id for c in directory.charities(NOON)] == ["nspcc", "childline", "nda_helpline", "hourglass"]
