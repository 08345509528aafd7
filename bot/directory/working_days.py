"""Working days in England: what a colleague in an office means by "by the same time tomorrow"."""

from datetime import UTC, date, datetime, time, timedelta

from bot.directory.hours import LONDON, BankHolidays

_STARTS = time(9)
"""A day off counts for nothing: what falls on it counts from this time of the next working day."""


def is_working_day(day: date, holidays: BankHolidays) -> bool:
    """Monday to Friday, and no bank holiday."""
    return day.weekday() < 5 and day not in holidays


def next_working_day(at: datetime, holidays: BankHolidays) -> datetime:
    """The same London time on the next working day, in UTC. Raises `ValueError` for a moment without a zone.

    Friday 16:00 gives Monday 16:00. A moment on a day off counts as 09:00 of the working day after it, so Saturday
    gives Tuesday 09:00.
    """
    if at.tzinfo is None:
        raise ValueError("at needs a time zone")
    local = at.astimezone(LONDON)
    day, clock = local.date(), local.time()
    if not is_working_day(day, holidays):
        day, clock = _after(day, holidays), _STARTS
    # No working day begins or ends summer time, so every time of day exists exactly once.
    return datetime.combine(_after(day, holidays), clock, LONDON).astimezone(UTC)


def _after(day: date, holidays: BankHolidays) -> date:
    day += timedelta(days=1)
    while not is_working_day(day, holidays):
        day += timedelta(days=1)
    return day
