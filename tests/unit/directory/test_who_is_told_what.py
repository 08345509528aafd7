"""Who is told what: writers, channels and the days on which a record is in effect."""

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import get_args

import pytest
import yaml

from bot.directory.agencies import Category, Writer
from bot.directory.choose import Contact, Directory
from bot.directory.hours import LONDON
from bot.directory.places import Place
from bot.directory.plans import URGENCIES
from bot.settings import ROOT

NOON, NIGHT = datetime(2026, 11, 24, 12, tzinfo=LONDON), datetime(2026, 11, 24, 3, tzinfo=LONDON)
WHY = yaml.safe_load((ROOT / "translations" / "operator.yml").read_text(encoding="utf-8"))


def ask(
    directory: Directory, borough: str | None, category: str, writer: str, urgency: str = "concern", **more: object
) -> list[Contact]:
    place = Place("", "", (borough,)) if borough else None
    at = more.get("at", NOON)
    assert isinstance(at, datetime)
    return directory.contacts(place, at, category, writer, urgency, str(more.get("channel", "web")))


def ids(contacts: list[Contact]) -> list[str]:
    return [c.id for c in contacts]


def test_from_abroad_teams_have_their_number_with_the_countrys_code(directory: Directory) -> None:
    found = ask(directory, "birmingham", "neglect", "abroad")
    assert [(c.id, c.phone, c.dial) for c in found] == [
        ("csc_birmingham", "+44 121 303 1888", "+441213031888"),
        ("nspcc", "+44 203 879 8560", "+442038798560"),
    ]


def test_from_abroad_nothing_is_named_that_cannot_be_dialled_but_999_and_101_by_somebody_here(
    directory: Directory,
) -> None:
    found = ask(directory, "dudley", "physical", "abroad", "emergency", at=NIGHT)
    assert [(c.id, c.dial, c.why) for c in found] == [
        ("police_999", None, "emergency_from_abroad"),
        ("edt_dudley", "+443005558574", "out_of_hours"),
    ]
    unknown = ask(directory, None, "neglect", "abroad", at=NIGHT)
    assert [(c.id, c.why) for c in unknown] == [
        ("police_101", "police_from_abroad"),
        ("nspcc", "national_helpline"),
        ("csc_elsewhere", "national_route"),
    ]


def test_a_forced_marriage_abroad_begins_with_the_unit_that_brings_people_home(directory: Directory) -> None:
    assert ids(ask(directory, "walsall", "harmful_practice", "abroad"))[:2] == ["fmu", "nspcc"]


def test_a_professional_is_sent_to_the_front_door_first(directory: Directory) -> None:
    for category in ("self_harm", "radicalisation", "domestic_abuse", "unsure"):
        assert ids(ask(directory, "dudley", category, "professional"))[0] == "csc_dudley"


def test_a_child_who_hurts_themselves_is_offered_a_line_to_text(directory: Directory) -> None:
    for channel in ("web", "sms"):
        found = ask(directory, "dudley", "self_harm", "child", channel=channel)
        assert ids(found)[:2] == ["childline", "shout"]
        assert found[1].text is not None
        assert (found[1].text.word, found[1].dial) == ("SHOUT", None)


def test_a_texting_adult_who_may_not_be_able_to_speak_gets_the_line_that_takes_texts_first(
    directory: Directory,
) -> None:
    assert ids(ask(directory, "walsall", "domestic_abuse", "adult", channel="sms"))[0] == "bcwa_text"
    assert "bcwa_text" not in ids(ask(directory, "walsall", "domestic_abuse", "adult", channel="sms", at=NIGHT))


def test_a_text_is_not_answered_with_a_web_page(directory: Directory) -> None:
    assert "csc_elsewhere" in ids(ask(directory, None, "neglect", "neighbour"))
    assert ids(ask(directory, None, "neglect", "neighbour", channel="sms")) == ["police_101", "nspcc"]


def test_an_adult_without_a_confirmed_team_is_not_sent_to_the_childrens_desk_first(directory: Directory) -> None:
    found = ask(directory, "solihull", "neglect", "adult")
    assert (found[0].id, found[0].why) == ("police_101", "stands_in")
    assert "csc_elsewhere" not in ids(ask(directory, None, "adult", "neighbour", "emergency"))


def test_one_number_that_serves_adults_and_children_comes_once(directory: Directory) -> None:
    found = ask(directory, "sandwell", "neglect", "adult", at=NIGHT)
    assert [c.phone for c in found].count("0121 569 2355") == 1


def test_a_contact_says_until_when_it_is_answered_or_from_when(directory: Directory) -> None:
    near = datetime(2026, 11, 27, 16, 10, tzinfo=LONDON)
    desk, team = ask(directory, "birmingham", "neglect", "professional", at=near)
    assert desk.until == team.opens == datetime(2026, 11, 27, 16, 15, tzinfo=LONDON)
    over_the_weekend = ask(
        directory, "birmingham", "neglect", "professional", at=datetime(2026, 11, 28, 3, tzinfo=LONDON)
    )
    assert over_the_weekend[0].until == datetime(2026, 11, 30, 8, 45, tzinfo=LONDON)
    before_christmas = datetime(2026, 12, 23, 20, tzinfo=LONDON)
    assert ask(directory, "birmingham", "neglect", "professional", at=before_christmas)[0].until is None


def test_every_reason_has_its_sentence_and_no_sentence_says_that_somebody_is_shut(directory: Directory) -> None:
    found = {
        contact.why
        for borough in ("birmingham", "coventry", "sandwell", "solihull", None)
        for at in (NOON, NIGHT)
        for category in get_args(Category)
        for writer in get_args(Writer)
        for urgency in URGENCIES
        for contact in ask(directory, borough, category, writer, urgency, at=at, channel="sms")
    }
    assert not [why for why in found if f"why_{why}" not in WHY]
    said = " ".join(text for key, text in WHY.items() if key.startswith("why_"))
    assert not any(word in said.lower() for word in ("closed", "shut", "tomorrow"))


@pytest.fixture
def dated(folder: Path, tmp_path: Path) -> Directory:
    """Birmingham's desk is in effect from 1 December to 5 January."""
    copy = Path(shutil.copytree(folder, tmp_path / "directory"))
    path = copy / "agencies" / "children.yml"
    dates = "publish: true\n    effective_from: 2026-12-01\n    effective_to: 2027-01-05\n"
    path.write_text(path.read_text(encoding="utf-8").replace("publish: true\n", dates, 1), encoding="utf-8")
    return Directory.load(copy)


@pytest.mark.parametrize(
    ("at", "given"),
    [
        ("2026-11-30T12:00", False),
        ("2026-11-30T23:59", False),
        ("2026-12-01T12:00", True),
        ("2027-01-05T12:00", True),
        ("2027-01-06T12:00", False),
    ],
)
def test_a_record_is_given_only_on_its_days_by_londons_calendar(dated: Directory, at: str, given: bool) -> None:
    found = ask(dated, "birmingham", "neglect", "neighbour", at=datetime.fromisoformat(at).replace(tzinfo=LONDON))
    assert ("csc_birmingham" in ids(found)) is given
    assert any(c.open_now and c.dial for c in found)
    assert (dated.front_doors("children", datetime.fromisoformat(at).date())[0].day is not None) is given


def test_a_record_that_has_ended_is_named_and_loads_all_the_same(dated: Directory) -> None:
    assert dated.faults(date(2027, 1, 5)) == []
    assert dated.faults(date(2027, 1, 6)) == ["children.yml: csc_birmingham: effective_to: 2027-01-05 is past"]
