"""Whom to ring: the right agency, in order, never nobody and never a number that was not checked."""

from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.directory.agencies import Category, Writer
from bot.directory.choose import Contact, Directory
from bot.directory.hours import LONDON
from bot.directory.places import Places
from bot.settings import ROOT

NOON, NIGHT = datetime(2026, 11, 23, 12, tzinfo=LONDON), datetime(2026, 11, 24, 3, tzinfo=LONDON)
FOLDER = ROOT / "data" / "directory"
LOADED_PLACES, LOADED_DIRECTORY = Places.load(FOLDER), Directory.load(FOLDER)
WHERE = [
    "B21 9QQ",
    "Coventry",
    "Dudley",
    "Sandwell",
    "Solihull",
    "Walsall",
    "WV1",
    "B36",
    "B43",
    "B45",
    "CV7",
]
WHERE += ["Willenhall", "West Midlands", "London", "zzzz", ""]


def choose(
    where: str, category: str, writer: str = "neighbour", urgency: str = "concern", at: datetime = NOON
) -> list[Contact]:
    return LOADED_DIRECTORY.contacts(LOADED_PLACES.resolve(where), at, category, writer, urgency)


def ids(contacts: list[Contact]) -> list[str]:
    return [c.id for c in contacts]


@settings(max_examples=1500, deadline=None)
@given(
    where=st.sampled_from(WHERE),
    at=st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    category=st.sampled_from([*get_args(Category), "out_of_scope"]),
    writer=st.sampled_from([*get_args(Writer), "cat"]),
    urgency=st.sampled_from(["emergency", "check", "urgent", "concern", "note", "information"]),
)
def test_somebody_always_answers_and_nothing_unpublished_is_given(
    where: str, at: datetime, category: str, writer: str, urgency: str
) -> None:
    contacts = choose(where, category, writer, urgency, at)
    agencies = LOADED_DIRECTORY.agencies
    assert 1 <= len(contacts) <= 4
    assert any(c.open_now and (c.dial or writer == "abroad") for c in contacts)
    assert len(set(ids(contacts))) == len(contacts)
    for contact in contacts:
        assert agencies[contact.id].publish
        assert contact.phone
        assert "clos" not in contact.why
        assert agencies[contact.id].audience in (None, "women")
    if urgency in ("emergency", "check"):
        assert contacts[0].id == "police_999"
    assert all(c.open_now is not False or _shares_a_change(contacts, c) for c in contacts)


def _shares_a_change(contacts: list[Contact], shut: Contact) -> bool:
    """A number that is not answered now stands only beside the one that is: its team's other number.

    That one may be there for the adults' team already, where one team answers for both.
    """
    teams = ("children", "adults")
    return shut.kind in teams and any(c.kind in teams and c.open_now is not False for c in contacts)


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("domestic_abuse", ["csc_birmingham", "bswa", "nda_helpline", "police_101"]),
        ("harmful_practice", ["csc_birmingham", "karma_nirvana", "nspcc_fgm", "police_101"]),
        ("sexual", ["csc_birmingham", "sarc_under18", "police_101"]),
        ("exploitation", ["csc_birmingham", "crimestoppers", "modern_slavery", "police_101"]),
        ("radicalisation", ["act_early", "csc_birmingham", "police_101"]),
        ("missing", ["police_101", "csc_birmingham", "nspcc"]),
        ("self_harm", ["papyrus", "nhs111", "csc_birmingham"]),
        ("education", ["csc_birmingham", "nspcc"]),
        ("adult", ["asc_birmingham", "hourglass", "police_101"]),
        ("parent", ["nspcc", "samaritans", "csc_birmingham"]),
    ],
)
def test_by_day_each_worry_has_its_own_list(category: str, expected: list[str]) -> None:
    assert ids(choose("Birmingham", category)) == expected


def test_by_night_a_shut_charity_gives_way_to_one_that_answers() -> None:
    assert ids(choose("Birmingham", "domestic_abuse", at=NIGHT)) == [
        "edt_birmingham",
        "nda_helpline",
        "police_101",
    ]
    assert "nspcc" not in ids(choose("Birmingham", "neglect", at=NIGHT))


def test_a_child_who_writes_gets_childline_first_and_the_emergency_number_before_it() -> None:
    assert ids(choose("Dudley", "child", "child", "urgent", NIGHT))[:2] == ["childline", "edt_dudley"]
    assert ids(choose("Dudley", "neglect", "child", "emergency"))[:2] == ["police_999", "childline"]
    assert ids(choose("zzzz", "child", "child"))[0] == "childline"


def test_the_adults_out_of_hours_team_is_not_the_childrens() -> None:
    adult, child = choose("Birmingham", "adult", at=NIGHT)[0], choose("Birmingham", "neglect", at=NIGHT)[0]
    assert adult.id == "asc_birmingham_ooh"
    assert child.id == "edt_birmingham"
    assert adult.phone != child.phone


def test_where_no_adult_number_was_confirmed_others_are_given() -> None:
    for where in ("Solihull", "Walsall"):
        assert ids(choose(where, "adult")) == ["hourglass", "police_101"]


def test_outside_and_unknown_places_get_the_national_way() -> None:
    for where in ("London", "zzzz", ""):
        contacts = choose(where, "neglect")
        assert ids(contacts) == ["police_101", "nspcc", "csc_elsewhere"]
        assert contacts[-1].phone.startswith("https://www.gov.uk/")
        assert contacts[-1].dial is None


def test_a_place_between_two_boroughs_gets_both_or_neither() -> None:
    contacts = choose("B36", "neglect")
    assert ids(contacts)[:2] == ["csc_solihull", "csc_birmingham"]
    assert {c.why for c in contacts[:2]} == {"possible_day_team"}
    assert not any(c.kind == "children" for c in choose("B43", "neglect"))
    assert "csc_elsewhere" in ids(choose("B45", "neglect"))


def test_every_contact_carries_the_day_it_was_checked() -> None:
    for contact in choose("Coventry", "unsure"):
        assert contact.checked_on == LOADED_DIRECTORY.agencies[contact.id].checked_on
