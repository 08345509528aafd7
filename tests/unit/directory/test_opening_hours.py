"""Open or not, across clock changes, holidays, early Fridays and the minutes around a change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.directory.choose import Directory
from bot.directory.hours import LONDON, BankHolidays, Clock
from bot.directory.places import Places
from bot.settings import ROOT


@pytest.fixture(scope="module")
def holidays() -> BankHolidays:
    return BankHolidays.load(ROOT / "data" / "directory")


@pytest.fixture(scope="module")
def clock(directory: Directory, holidays: BankHolidays) -> Clock:
    return Clock(holidays, directory.agencies)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T08:15", False),
        ("2026-11-23T11:00", True),
        ("2026-11-23T16:45", True),
        ("2026-11-23T17:45", False),
        ("2026-11-27T16:45", False),  # Fridays end an hour earlier
        ("2026-11-28T11:00", False),
        ("2026-12-28T11:00", False),
        ("2027-05-31T11:00", False),
    ],
)
def test_a_desk_and_its_out_of_hours_team_are_opposites(
    directory: Directory, clock: Clock, at: str, expected: bool
) -> None:
    assert clock.state(directory.agencies["csc_birmingham"], london(at)).open_now is expected
    assert clock.state(directory.agencies["edt_birmingham"], london(at)).open_now is not expected


@pytest.mark.parametrize("minutes", [-15, -1, 0, 1, 14, 15])
@pytest.mark.parametrize("change", ["2026-11-23T08:45", "2026-11-23T17:15", "2026-11-27T16:15"])
def test_near_a_change_nothing_is_sure(directory: Directory, clock: Clock, change: str, minutes: int) -> None:
    at = london(change) + timedelta(minutes=minutes)
    assert not clock.state(directory.agencies["csc_birmingham"], at).sure
    assert clock.state(directory.agencies["csc_birmingham"], at + timedelta(minutes=40)).sure
    for away in (-16, 16):
        assert clock.state(directory.agencies["csc_birmingham"], london(change) + timedelta(minutes=away)).sure


@pytest.mark.parametrize(
    ("utc", "expected"),
    [
        ("2027-03-26T08:00", False),  # Good Friday
        ("2027-03-24T08:10", False),  # Wednesday before the clocks go forward: 08:10 in London
        ("2027-03-31T08:10", True),  # Wednesday after: 09:10
        ("2027-10-27T15:30", True),  # winter comes on 31 October
        ("2027-10-27T16:45", False),  # 17:45 in London
        ("2027-11-03T16:45", True),  # 16:45 in London
    ],
)
def test_hours_follow_londons_clocks(directory: Directory, clock: Clock, utc: str, expected: bool) -> None:
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert clock.state(directory.agencies["csc_birmingham"], at).open_now is expected


def test_the_night_of_a_clock_change_is_out_of_hours_throughout(directory: Directory, clock: Clock) -> None:
    for night in ("2027-03-28T00:30", "2027-10-31T00:00"):
        start = datetime.fromisoformat(night).replace(tzinfo=UTC)
        for minutes in range(0, 150, 10):
            state = clock.state(directory.agencies["edt_dudley"], start + timedelta(minutes=minutes))
            assert state.open_now is True
            assert state.sure


def test_the_published_list_of_holidays_beats_reckoning(holidays: BankHolidays) -> None:
    assert date(2026, 12, 28) in holidays
    assert date(2026, 12, 26) not in holidays  # an ordinary Saturday
    assert date(2028, 1, 3) in holidays
    assert date(2027, 12, 28) in holidays


def test_outside_the_list_the_rules_are_reckoned(holidays: BankHolidays) -> None:
    assert date(2026, 4, 3) in holidays
    assert date(2029, 12, 25) in holidays
    assert date(2029, 6, 12) not in holidays


def test_a_time_without_a_zone_is_refused(directory: Directory, clock: Clock) -> None:
    with pytest.raises(ValueError, match="zone"):
        clock.state(directory.agencies["police_999"], datetime(2026, 11, 23, 11))


def test_a_charity_with_unknown_bank_holidays_is_unsure_on_them(directory: Directory, clock: Clock) -> None:
    assert clock.state(directory.agencies["karma_nirvana"], london("2027-05-03T11:00")).open_now is None


def ids(directory: Directory, places: Places, where: str, at: str) -> list[str]:
    found = directory.contacts(places.resolve(where), london(at), "neglect", "professional", "concern")
    return [c.id for c in found]


@pytest.mark.parametrize(
    ("where", "at", "expected"),
    [
        ("Handsworth", "2026-11-23T11:00", ["csc_birmingham"]),
        ("Handsworth", "2026-11-23T23:00", ["edt_birmingham", "police_101"]),
        ("Handsworth", "2026-11-27T16:05", ["csc_birmingham", "edt_birmingham"]),
        ("Handsworth", "2026-11-27T16:20", ["edt_birmingham", "csc_birmingham"]),
        ("Handsworth", "2026-11-27T16:40", ["edt_birmingham"]),
        ("Coventry", "2026-11-23T11:00", ["csc_coventry", "edt_coventry", "police_101"]),
        ("Coventry", "2026-11-23T03:00", ["edt_coventry", "csc_coventry"]),
        ("Walsall", "2026-12-24T11:00", ["csc_walsall", "edt_walsall", "police_101"]),
        ("Walsall", "2026-12-25T11:00", ["edt_walsall", "csc_walsall"]),
        ("Dudley", "2027-01-04T11:00", ["csc_dudley"]),
        ("Dudley", "2027-08-30T11:00", ["edt_dudley", "police_101"]),
        ("Solihull", "2026-11-27T16:20", ["csc_solihull", "edt_solihull"]),
        ("Wolverhampton", "2026-11-23T08:30", ["csc_wolverhampton"]),
    ],
)
def test_the_team_on_duty_and_both_in_doubt(
    directory: Directory, places: Places, where: str, at: str, expected: list[str]
) -> None:
    assert ids(directory, places, where, at) == expected
