"""Opening hours as people are told them: days in a row that have the same times, and what is not known."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from bot.directory.agencies import WEEKDAYS, Agency, Spans, Weekly


@dataclass(frozen=True)
class Stretch:
    """Days in a row with the same times. `days` are places in the week, Monday is 0; `times` such as 09:00–17:00."""

    days: tuple[int, ...]
    times: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """`kind`: always, week, unknown, or else: whenever the day team does not answer.

    `may_differ`: other hours on bank holidays, as far as anybody knows.
    """

    kind: Literal["always", "week", "unknown", "else"]
    week: tuple[Stretch, ...] = ()
    may_differ: bool = False


def told(agency: Agency) -> Told:
    """What can honestly be said of when this agency answers."""
    hours = agency.hours
    if hours == "always":
        return Told("always")
    if hours is None:
        return Told("unknown")
    if isinstance(hours, Weekly):
        return Told("week", tuple(_stretches(hours)), hours.bank_holidays != "same")
    return Told("else")


def _stretches(hours: Weekly) -> Iterator[Stretch]:
    week = [(day, _times(hours.days.get(name, ()))) for day, name in enumerate(WEEKDAYS)]
    for times, days in groupby(week, key=lambda item: item[1]):
        if times:
            yield Stretch(tuple(day for day, _ in days), times)


def _times(spans: Spans) -> tuple[str, ...]:
    return tuple(f"{start:%H:%M}–{end:%H:%M}" for start, end in spans)
