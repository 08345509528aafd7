"""The directory's files: what they promise, and how they complain."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.directory.choose import Directory
from bot.directory.places import Places
from bot.errors import DataError

NEVER_GIVEN = [
    "88858",
    "88247",
    "0121 788 4333",
    "0845 111",
    "0800 800 5000",
    "01823 334 244",
    "0808 808 4994",
]
NEVER_GIVEN += ["020 7008 1500", "07860 039967"]


def test_every_borough_has_a_day_desk_and_an_out_of_hours_team_for_children(directory: Directory) -> None:
    assert all(door.day and door.out_of_hours for door in directory.front_doors())


def test_what_is_not_confirmed_open_or_true_is_not_published(directory: Directory) -> None:
    unpublished = {a.id for a in directory.agencies.values() if not a.publish}
    assert unpublished >= {
        "asc_solihull",
        "asc_walsall",
        "asc_wolverhampton",
        "asc_coventry_ooh",
        "panahghar",
    }
    assert unpublished >= {
        "muslim_youth",
        "family_lives",
        "kidscape",
        "refugee_council",
        "nspcc_learning_whistle",
    }
    for agency in directory.agencies.values():
        if agency.evidence.get("phone") == "unverified":
            assert not agency.publish, agency.id
        if agency.confirmed:
            assert agency.publish, agency.id
            assert agency.evidence.get("phone") != "third_party", agency.id


def test_every_record_says_where_it_comes_from_and_when_to_check_again(directory: Directory) -> None:
    for agency in directory.agencies.values():
        assert agency.source
        assert agency.checked_on == date(2026, 11, 20)
        assert agency.check_by == date(2027, 2, 20)


def test_dead_and_wrong_numbers_are_nowhere_in_the_files(folder: Path) -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in (folder / "agencies").glob("*.yml"))
    assert not [number for number in NEVER_GIVEN if re.search(rf"(?<!\d){re.escape(number)}", text)]


def test_nothing_is_overdue_before_its_date_and_everything_after(directory: Directory) -> None:
    assert not directory.overdue(date(2027, 2, 20))
    assert len(directory.overdue(date(2027, 2, 21))) == sum(a.publish for a in directory.agencies.values())


def test_the_licences_attributions_are_kept(places: Places) -> None:
    assert "Crown copyright" in places.attribution
    assert "Open Parliament Licence" in places.attribution


@pytest.mark.parametrize(
    ("file", "find", "put", "says"),
    [
        (
            "agencies/children.yml",
            "display: 0121 303 1888",
            "display: 0121 303 1889",
            "children.yml: csc_birmingham: phone: ",
        ),
        (
            "agencies/children.yml",
            '"08:45-16:15"',
            '"16:15-08:45"',
            "children.yml: csc_birmingham: hours.days.fri: ",
        ),
        ("agencies/adults.yml", "kind: adults", "kind: adult", "adults.yml: asc_birmingham: kind: "),
        (
            "agencies/adults.yml",
            "when_shut: asc_birmingham",
            "when_shut: nobody",
            "asc_birmingham_ooh: hours.when_shut",
        ),
        ("agencies/police.yml", "publish: true", "publish: false", "police.yml: police_999: "),
        (
            "agencies/voluntary.yml",
            "id: nspcc\n",
            "id: childline\n",
            "voluntary.yml: childline: id: used twice",
        ),
        ("bank_holidays.yml", "2027-01-01", "2037-01-01", "bank_holidays.yml: "),
        ("bank_holidays.yml", "dates:", "dates: [", "bank_holidays.yml: not valid YAML"),
    ],
)
def test_an_error_names_file_record_and_field_in_one_line(
    folder: Path, tmp_path: Path, file: str, find: str, put: str, says: str
) -> None:
    copy = tmp_path / "directory"
    shutil.copytree(folder, copy)
    path = copy / file
    path.write_text(path.read_text(encoding="utf-8").replace(find, put, 1), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        Directory.load(copy)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("find", "put"),
    [("in: [sandwell], outcodes: [B71]", "in: [sandwel], outcodes: [B71]"), ("\noutcodes:", "\noutcode:")],
)
def test_a_wrong_table_of_places_is_refused(folder: Path, tmp_path: Path, find: str, put: str) -> None:
    text = (folder / "places.yml").read_text(encoding="utf-8")
    (tmp_path / "places.yml").write_text(text.replace(find, put, 1), encoding="utf-8")
    with pytest.raises(DataError, match=r"places\.yml: "):
        Places.load(tmp_path)


def test_a_missing_file_is_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"places\.yml"):
        Places.load(tmp_path)
