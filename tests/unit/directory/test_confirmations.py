"""The ledger of numbers rung and numbers taken out: what it gives out, when it stops counting, how it is written."""

import shutil
import threading
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.directory import confirmations, upkeep
from bot.directory.agencies import load_agencies
from bot.directory.choose import Directory
from bot.directory.confirmations import LEDGER, append, confirmed, three_months_after, withheld
from bot.directory.hours import LONDON
from bot.directory.places import Place
from bot.errors import DataError

TODAY = date(2026, 12, 1)
NOON = datetime(2026, 12, 2, 12, tzinfo=LONDON)


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """The packaged directory, to be changed."""
    return Path(shutil.copytree(folder, tmp_path / "directory"))


def change(copy: Path, file: str, find: str, put: str) -> None:
    path = copy / "agencies" / file
    text = path.read_text(encoding="utf-8")
    assert find in text
    path.write_text(text.replace(find, put), encoding="utf-8")


def ring(copy: Path, agency_id: str, on: date = TODAY) -> None:
    append(copy, confirmed(load_agencies(copy)[agency_id], "Ann", on))


def take_out(copy: Path, agency_id: str) -> None:
    append(copy, withheld(load_agencies(copy)[agency_id], "Ann", TODAY, "dead line"))


def named(copy: Path, borough: str, category: str, at: datetime = NOON) -> list[str]:
    place = Place(borough, borough, (borough,))
    return [c.id for c in Directory.load(copy).contacts(place, at, category, "neighbour", "concern")]


def test_a_number_that_was_to_be_checked_first_is_given_once_somebody_rang_it(copy: Path) -> None:
    assert "asc_solihull" not in named(copy, "solihull", "adult")
    ring(copy, "asc_solihull")
    agency = Directory.load(copy).agencies["asc_solihull"]
    assert named(copy, "solihull", "adult")[0] == "asc_solihull"
    assert (agency.confirmed, agency.checked_on, agency.check_by) == (True, TODAY, date(2027, 3, 1))
    assert agency.unpublished_because is None


def test_a_confirmation_lapses_when_the_number_changes_and_check_says_so(copy: Path) -> None:
    ring(copy, "asc_solihull")
    change(
        copy,
        "adults.yml",
        "display: 0121 704 8007, e164: '+441217048007'",
        "display: 0121 704 8008, e164: '+441217048008'",
    )
    assert "asc_solihull" not in named(copy, "solihull", "adult")
    found = [p for p in upkeep.problems(Directory.load(copy), TODAY) if p.problem == "lapsed"]
    assert [(p.id, p.values["by"]) for p in found] == [("asc_solihull", "Ann")]


def test_words_about_a_record_do_not_undo_a_confirmation(copy: Path) -> None:
    ring(copy, "asc_solihull")
    change(copy, "adults.yml", "name: Solihull adult social care", "name: Solihull adults")
    assert "asc_solihull" in named(copy, "solihull", "adult")


def test_what_is_withheld_is_given_to_nobody_until_it_is_confirmed(copy: Path) -> None:
    take_out(copy, "csc_dudley")
    assert named(copy, "dudley", "neglect") == ["police_101", "nspcc", "csc_elsewhere"]
    assert Directory.load(copy).agencies["csc_dudley"].unpublished_because == "dead line"
    ring(copy, "csc_dudley")
    assert named(copy, "dudley", "neglect")[0] == "csc_dudley"


def test_a_lapsed_confirmation_does_not_give_out_again_what_was_withheld_before_it(copy: Path) -> None:
    take_out(copy, "csc_dudley")
    ring(copy, "csc_dudley")
    change(copy, "children.yml", "0300 555 0050, e164: '+443005550050'", "0300 555 0051, e164: '+443005550051'")
    assert "csc_dudley" not in named(copy, "dudley", "neglect")


def test_a_withheld_desk_leaves_its_out_of_hours_team(copy: Path) -> None:
    take_out(copy, "csc_dudley")
    night = datetime(2026, 12, 2, 23, tzinfo=LONDON)
    assert named(copy, "dudley", "neglect", night)[0] == "edt_dudley"


def test_an_older_call_does_not_put_back_the_date_of_a_newer_check(copy: Path) -> None:
    ring(copy, "childline", date(2026, 1, 1))
    agency = Directory.load(copy).agencies["childline"]
    assert agency.confirmed
    assert agency.checked_on == date(2026, 11, 20)


def test_a_record_that_is_not_for_residents_stays_out_whatever_the_ledger_says(copy: Path) -> None:
    ring(copy, "nspcc_learning_whistle")
    assert not Directory.load(copy).agencies["nspcc_learning_whistle"].publish


def test_the_emergency_number_cannot_be_withheld_by_the_ledger(copy: Path) -> None:
    take_out(copy, "police_999")
    with pytest.raises(DataError, match="police_999: publish"):
        Directory.load(copy)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("nobody\tconfirmed\tx\tAnn\t2026-12-01\t", "line 2: id: no record called nobody"),
        ("csc_dudley\tconfirm\tx\tAnn\t2026-12-01\t", "line 2: csc_dudley: action: must be confirmed or withheld"),
        ("csc_dudley\tconfirmed\tx\t\t2026-12-01\t", "line 2: csc_dudley: by: is missing"),
        ("csc_dudley\twithheld\tx\tAnn\t2026-12-01\t", "line 2: csc_dudley: because: is missing"),
        ("csc_dudley\tconfirmed\tx\tAnn\t1 Dec\t", "line 2: csc_dudley: date: 1 Dec is no date"),
        ("csc_dudley confirmed", "line 2: 6 columns are needed"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_line(copy: Path, row: str, says: str) -> None:
    with (copy / LEDGER).open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    with pytest.raises(DataError, match=says):
        Directory.load(copy)


def test_a_lost_ledger_is_refused_because_it_may_have_held_dead_numbers(copy: Path) -> None:
    (copy / LEDGER).unlink()
    with pytest.raises(DataError, match=r"confirmations\.tsv: cannot be read"):
        Directory.load(copy)


def test_operators_who_write_at_once_all_get_in(copy: Path) -> None:
    known = list(load_agencies(copy).values())[:12]
    threads = [threading.Thread(target=append, args=(copy, confirmed(a, "Ann", TODAY))) for a in known]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = confirmations.load(copy, load_agencies(copy))
    assert {entry.id for entry in found} == {agency.id for agency in known}
    assert not list(copy.glob(f".{LEDGER}*"))


def test_a_row_that_cannot_be_written_leaves_the_ledger_as_it_was(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (copy / LEDGER).read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        ring(copy, "csc_dudley")
    assert (copy / LEDGER).read_bytes() == before
    assert not list(copy.glob(f".{LEDGER}*"))


def test_three_months_end_on_the_months_last_day_where_the_day_is_missing() -> None:
    assert three_months_after(date(2026, 11, 30)) == date(2027, 2, 28)
    assert three_months_after(date(2026, 10, 15)) == date(2027, 1, 15)
