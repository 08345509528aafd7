"""The next working day: London's clock, England's bank holidays, both changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.directory.hours import LONDON, BankHolidays
from bot.directory.working_days import is_working_day, next_working_day
from bot.settings import ROOT

HOLIDAYS = BankHolidays.load(ROOT / "data" / "directory")
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2031, 12, 31), timezones=st.just(UTC))


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-17 11:00", "2026-11-18 11:00"),
        ("2026-11-17 00:00", "2026-11-18 00:00"),
        ("2026-11-20 16:00", "2026-11-23 16:00"),
        ("2026-11-20 23:59:59", "2026-11-23 23:59:59"),
        ("2026-11-21 00:00", "2026-11-24 09:00"),
        ("2026-11-22 23:59", "2026-11-24 09:00"),
        ("2026-12-24 10:00", "2026-12-29 10:00"),  # 28 December stands in for Boxing Day, a Saturday
        ("2026-12-25 10:00", "2026-12-30 09:00"),
        ("2026-12-28 10:00", "2026-12-30 09:00"),
        ("2026-12-31 10:00", "2027-01-04 10:00"),
        ("2027-03-25 17:00", "2027-03-30 17:00"),  # Easter, and the clocks go forward
        ("2026-10-23 16:30", "2026-10-26 16:30"),  # the clocks go back
        ("2027-12-24 12:00", "2027-12-29 12:00"),  # both Christmas days are made up for
        ("2026-08-28 09:00", "2026-09-01 09:00"),  # summer bank holiday
    ],
)
def test_the_same_time_on_the_next_working_day(at: str, expected: str) -> None:
    found = next_working_day(london(at), HOLIDAYS)
    assert found == london(expected)
    assert found.tzinfo is UTC


@given(MOMENTS)
def test_it_always_lies_on_a_working_day_that_no_other_lies_before(at: datetime) -> None:
    found = next_working_day(at, HOLIDAYS).astimezone(LONDON)
    local = at.astimezone(LONDON)
    assert found > at
    assert is_working_day(found.date(), HOLIDAYS)
    between = working_days_between(local.date(), found.date())
    if is_working_day(local.date(), HOLIDAYS):
        assert found.time() == local.time()
        assert between == 0
    else:
        assert found.time() == time(9)
        assert between == 1, "a day off counts as the working day after it"


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=10)))
def test_what_is_sent_later_is_never_due_earlier(at: datetime, later: timedelta) -> None:
    first, second = next_working_day(at, HOLIDAYS), next_working_day(at + later, HOLIDAYS)
    local = at.astimezone(LONDON), (at + later).astimezone(LONDON)
    if all(is_working_day(moment.date(), HOLIDAYS) for moment in local):
        assert first <= second


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        next_working_day(datetime(2026, 11, 17), HOLIDAYS)


def working_days_between(first: date, last: date) -> int:
    days = (last - first).days
    return sum(is_working_day(first + timedelta(days=n), HOLIDAYS) for n in range(1, days))
