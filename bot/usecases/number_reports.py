"""A number did not work: on record in the message's own transaction, until a supervisor has rung it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from bot.directory.choose import Directory
from bot.errors import NotFound
from bot.languages.normalise import clean
from bot.store.columns import new_id
from bot.store.models import NumberReport
from bot.usecases import failed_numbers
from bot.usecases.review import LONGEST_NOTE, Problem
from bot.usecases.services import Services
from bot.usecases.sign_in import SignedIn
from bot.usecases.turn import FAILED_FOR, ActiveTurn

OUTCOMES = ("works", "wrong", "temporary")


@dataclass(frozen=True)
class Doubted:
    """An agency that a report may be about. `phone` as people read it, empty where it has none."""

    id: str
    name: str
    phone: str


@dataclass(frozen=True)
class Report:
    """`agencies`: likeliest first, none when nobody could tell. `reports`: open ones that name the first agency."""

    id: str
    at: datetime
    conversation_id: str
    agencies: tuple[Doubted, ...]
    reports: int


def record(turn: ActiveTurn) -> NumberReport:
    """The report of this message, written once however often it is asked for."""
    if found := turn.uow.number_reports.of_message(turn.inbound.id):
        return found
    report = NumberReport(
        id=new_id(),
        conversation_id=turn.conversation.id,
        inbound_id=turn.inbound.id,
        agencies=list(failed_numbers.meant(turn)),
        created_at=turn.now,
    )
    turn.uow.session.add(report)
    turn.uow.session.flush()
    turn.uow.audit(turn.now, "resident", "number_failed", "number_report", report.id, ",".join(report.agencies[:3]))
    return report


def said_before(turn: ActiveTurn) -> bool:
    """Whether this person has told of a failed number before, not long ago."""
    return len(turn.uow.number_reports.since(turn.conversation.id, turn.now - FAILED_FOR)) > 1


def open_reports(services: Services) -> list[Report]:
    """What nobody has settled, the oldest first."""
    with services.store.reading() as uow:
        rows = uow.number_reports.open()
    counts = Counter(row.agencies[0] for row in rows if row.agencies)
    return [
        Report(
            id=row.id,
            at=row.created_at,
            conversation_id=row.conversation_id,
            agencies=tuple(_doubted(services.directory, name) for name in row.agencies),
            reports=counts[row.agencies[0]] if row.agencies else 1,
        )
        for row in rows
    ]


def settle(services: Services, staff: SignedIn, report_id: str, outcome: str, note: str) -> Problem | None:
    """Say what was found when the number was rung. Who may do this is checked at the door."""
    note = clean(note)
    if outcome not in OUTCOMES:
        return Problem("choose_outcome", "outcome")
    if len(note) > LONGEST_NOTE:
        return Problem("too_long", "note", {"limit": str(LONGEST_NOTE)})
    with services.store.unit() as uow:
        report = uow.number_reports.locked(report_id)
        if report is None:
            raise NotFound("no such report")
        if report.settled_at is not None:
            return Problem("report_settled")
        report.settled_at, report.settled_by, report.outcome = services.clock(), staff.staff_id, outcome
        report.note = note or None
        uow.audit(report.settled_at, staff.actor, "number_report_settled", "number_report", report.id, outcome)
        uow.commit()
    return None


def _doubted(directory: Directory, agency_id: str) -> Doubted:
    agency = directory.agencies.get(agency_id)
    if agency is None:
        # The record has left the directory since.
        return Doubted(agency_id, agency_id, "")
    number = agency.phone or agency.text
    return Doubted(agency.id, agency.name, number.display if number else "")
