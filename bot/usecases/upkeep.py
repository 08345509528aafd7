"""What a supervisor looks after in the directory: numbers that failed somebody, and what is to be rung again."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.directory import upkeep
from bot.directory.agencies import Agency
from bot.directory.choose import KEYSTONES, Directory
from bot.directory.hours import LONDON
from bot.directory.upkeep import GRAVE
from bot.errors import NotFound
from bot.store.models import NumberReport
from bot.store.unit_of_work import UnitOfWork
from bot.usecases import number_reports
from bot.usecases.number_reports import Report
from bot.usecases.review import Problem
from bot.usecases.services import Services
from bot.usecases.sign_in import SignedIn

NOBODY_KNOWS = "unknown"


@dataclass(frozen=True)
class Group:
    """Open reports that most likely are about one agency, the newest first.

    `id` is `unknown` when nobody could tell which, and `phone` then empty. `people`: conversations that say so.
    """

    id: str
    name: str
    phone: str
    reports: tuple[Report, ...]

    @property
    def people(self) -> int:
        return len({report.conversation_id for report in self.reports})

    @property
    def grave(self) -> bool:
        """Several people say so, or everything is built around this number."""
        return self.people > 1 or self.id in KEYSTONES


@dataclass(frozen=True)
class Count:
    """What waits. `reports`: open ones. `wrong`: found wrong, and still given out. `overdue`: not rung again."""

    reports: int
    wrong: int
    overdue: int

    @property
    def all(self) -> int:
        return self.reports + self.wrong + self.overdue


@dataclass(frozen=True)
class Board:
    """The directory's page. `wrong` are records found wrong and still given out."""

    now: datetime
    count: Count
    groups: tuple[Group, ...]
    wrong: tuple[Agency, ...]
    problems: tuple[upkeep.Problem, ...]
    records: tuple[Agency, ...]


def board(services: Services) -> Board:
    """Everything, as it stands."""
    reports, now = number_reports.open_reports(services), services.clock()
    with services.store.reading() as uow:
        wrong = _wrong(services.directory, uow)
    found = _problems(services.directory, now.astimezone(LONDON).date())
    records = tuple(services.directory.agencies.values())
    return Board(now, _count(len(reports), wrong, found), _groups(reports), wrong, found, records)


def count(services: Services) -> Count:
    """The numbers beside the link to the page, which stand on every page of the console."""
    with services.store.reading() as uow:
        reports, wrong = len(uow.number_reports.open()), _wrong(services.directory, uow)
    return _count(reports, wrong, _problems(services.directory, services.clock().astimezone(LONDON).date()))


def settle(services: Services, staff: SignedIn, report_ids: Sequence[str], outcome: str, note: str) -> Problem | None:
    """One call settles every report that the page showed about a number. Those that came since stay open."""
    if not report_ids:
        return Problem("form")
    problems = [_settle(services, staff, report_id, outcome, note) for report_id in dict.fromkeys(report_ids)]
    return next((problem for problem in problems if problem), None)


def _settle(services: Services, staff: SignedIn, report_id: str, outcome: str, note: str) -> Problem | None:
    try:
        return number_reports.settle(services, staff, report_id, outcome, note)
    except NotFound:
        # Its conversation was deleted after its time, and the report with it.
        return Problem("report_settled")


def _groups(reports: Iterable[Report]) -> tuple[Group, ...]:
    """The loudest first: what everything is built around, then what most people say, then the newest."""
    by_agency: dict[str, list[Report]] = {}
    for report in sorted(reports, key=lambda r: r.at, reverse=True):
        by_agency.setdefault(report.agencies[0].id if report.agencies else NOBODY_KNOWS, []).append(report)
    groups = [_group(agency_id, found) for agency_id, found in by_agency.items()]
    return tuple(sorted(groups, key=lambda g: (g.id not in KEYSTONES, -g.people)))


def _group(agency_id: str, reports: list[Report]) -> Group:
    first = next(iter(reports[0].agencies), None)
    return Group(agency_id, first.name if first else "", first.phone if first else "", tuple(reports))


def _count(reports: int, wrong: Sequence[Agency], problems: Iterable[upkeep.Problem]) -> Count:
    return Count(reports, len(wrong), sum(problem.problem in GRAVE for problem in problems))


def _wrong(directory: Directory, uow: UnitOfWork) -> tuple[Agency, ...]:
    """Settled as wrong at the last call, still given out, and not checked on any later day."""
    last: dict[str, NumberReport] = {}
    for report in uow.number_reports.settled():
        if report.agencies:
            last.setdefault(report.agencies[0], report)
    found = (directory.published(name) for name, report in last.items() if report.outcome == "wrong")
    return tuple(a for a in found if a is not None and a.checked_on <= _day(last[a.id].settled_at))


def _day(at: datetime | None) -> date:
    assert at is not None
    return at.astimezone(LONDON).date()


@functools.lru_cache(maxsize=4)
def _problems(directory: Directory, on: date) -> tuple[upkeep.Problem, ...]:
    return tuple(upkeep.problems(directory, on))
