"""The standard's schedules as opening hours. What weekly hours cannot say becomes unknown hours, never a guess."""

import re
from collections.abc import Sequence
from datetime import time
from typing import Any

from bot.directory.agencies import WEEKDAYS, Weekday
from bot.directory.open_referral import MIDNIGHT
from bot.directory.open_referral_form import Schedule

_DAYS: dict[str, Weekday] = {day[:2].upper(): day for day in WEEKDAYS}
_TIME = re.compile(r"(?P<clock>([01]\d|2[0-3]):[0-5]\d|24:00)(:[0-5]\d(\.\d+)?)?(?P<offset>Z|[+-]\d\d:?\d\d)?")
_LONDON = (None, "Z", "+00:00", "+0000", "+01:00", "+0100")
_WHOLE_DAY = [(time(0), MIDNIGHT)]


def hours_of(schedules: Sequence[Schedule], bank_holidays: str | None) -> Any:
    """For `Agency.hours`: "always", a week, or "unknown" where nobody can know. Raises `ValueError`.

    `bank_holidays`: our own rule. Only a record of ours has one, and then it has weekly hours.
    """
    weeks = [_week(schedule) for schedule in schedules]
    seasons = {(schedule.valid_from, schedule.valid_to) for schedule in schedules}
    if any(week is None for week in weeks) or len(seasons) > 1 or not (weeks or bank_holidays):
        return "unknown"
    days: dict[Weekday, list[tuple[time, time]]] = {day: [] for day in WEEKDAYS}
    for week in weeks:
        for day, span in (week or {}).items():
            days[day].append(span)
    if bank_holidays is None and all(spans == _WHOLE_DAY for spans in days.values()):
        return "always"
    return {
        "days": {day: _written(spans) for day, spans in days.items()},
        "bank_holidays": bank_holidays or "unknown",
    }


def _week(schedule: Schedule) -> dict[Weekday, tuple[time, time]] | None:
    """One span by weekday, or None if it says something else. Raises `ValueError` for what is no time."""
    opens, closes = _clock(schedule.opens_at), _clock(schedule.closes_at)
    names = [name.strip().upper() for name in (schedule.byday or "").split(",")]
    if not _is_every_week(schedule) or opens is None or closes is None or not set(names) <= set(_DAYS):
        return None
    closes = MIDNIGHT if closes == time(0) else closes
    return {_DAYS[name]: (opens, closes) for name in names} if opens < closes else None


def _is_every_week(schedule: Schedule) -> bool:
    narrower = (schedule.bymonthday, schedule.byweekno, schedule.byyearday, schedule.until, schedule.count)
    return schedule.freq == "WEEKLY" and schedule.interval in (None, 1) and not any(narrower)


def _written(spans: list[tuple[time, time]]) -> str:
    """As the files write it. Spans that overlap become one."""
    joined: list[tuple[time, time]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return ", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in joined) or "shut"


def _clock(said: str | None) -> time | None:
    """London's wall clock. None where nothing is said or another part of the world is meant."""
    if not said:
        return None
    found = _TIME.fullmatch(said.strip())
    if not found:
        raise ValueError(f'"{said[:20]}" is no time such as 09:00')
    if found["offset"] not in _LONDON:
        return None
    return time(0) if found["clock"] == "24:00" else time.fromisoformat(found["clock"])
