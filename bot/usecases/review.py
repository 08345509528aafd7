"""What staff do with a concern. Each leaves a line on its timeline and in the audit log, in the same transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import NotFound
from bot.languages.normalise import clean
from bot.safeguarding.permissions import GRAVE, Permission
from bot.safeguarding.urgency import URGENCIES
from bot.store.models import Concern
from bot.store.unit_of_work import UnitOfWork
from bot.usecases.services import Services
from bot.usecases.sign_in import SignedIn

LONGEST_NOTE = 5_000
OUTCOMES = (
    "referred_social_care",
    "referred_police",
    "referred_voluntary",
    "advice",
    "already_known",
    "no_action",
    "joined",
    "not_concern",
)


@dataclass(frozen=True)
class Problem:
    """Why something was not done. `key` names the sentence, `box` the part of the form it is about."""

    key: str
    box: str = ""
    values: dict[str, str] = field(default_factory=dict)
    at: datetime | None = None


class _Stop(Exception):
    """Leave the transaction with nothing written."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def acknowledge(services: Services, staff: SignedIn, concern_id: str, told: int) -> Problem | None:
    """Take the concern on. `told` is how much of the person's words the page showed (`CaseFile.told`)."""
    try:
        with _concern(services, concern_id) as (uow, concern, now):
            _still_open(concern)
            if concern.acknowledged_at is not None and not uow.concerns.news([concern.id]):
                if concern.acknowledged_by == staff.staff_id:
                    return None
                raise _Stop(_taken(uow, concern))
            _page_is_current(uow, concern, told)
            concern.acknowledged_at, concern.acknowledged_by = now, staff.staff_id
            if concern.status != "unfinished":
                # The person is still answering questions; their last answer submits it.
                concern.status = "acknowledged"
            _record(uow, staff, concern, now, "acknowledged")
            uow.commit()
    except _Stop as stop:
        return stop.problem
    return None


def note(services: Services, staff: SignedIn, concern_id: str, words: str) -> Problem | None:
    """Write a note that colleagues see."""
    words = clean(words)
    if problem := _words_fault(words, "note"):
        return problem
    with _concern(services, concern_id) as (uow, concern, now):
        _record(uow, staff, concern, now, "note", words)
        uow.commit()
    return None


def change_urgency(services: Services, staff: SignedIn, concern_id: str, level: str, reason: str) -> Problem | None:
    """A person judges otherwise than the rules. Making something grave quieter takes who may close it."""
    reason = clean(reason)
    if level not in URGENCIES:
        return Problem("choose_urgency", "level")
    if problem := _words_fault(reason, "urgency_reason"):
        return problem
    try:
        with _concern(services, concern_id) as (uow, concern, now):
            _still_open(concern)
            if level == concern.urgency:
                return None
            if concern.urgency in GRAVE and level not in GRAVE:
                _needs(staff, Permission.CLOSE_GRAVE, "grave_urgency")
            concern.urgency, concern.urgency_reasons = level, ["set_by_person"]
            concern.due_at = now + services.urgency.due_in(level)
            _record(uow, staff, concern, now, "urgency_changed", f"{level}\n{reason}", code=level)
            uow.commit()
    except _Stop as stop:
        return stop.problem
    return None


def close(services: Services, staff: SignedIn, concern_id: str, outcome: str, reason: str, told: int) -> Problem | None:
    """End the work on a concern. What the person wrote after the page was opened must be read first."""
    reason = clean(reason)
    if outcome not in OUTCOMES:
        return Problem("choose_outcome", "outcome")
    if problem := _words_fault(reason, "close_reason"):
        return problem
    try:
        with _concern(services, concern_id) as (uow, concern, now):
            _still_open(concern)
            if concern.urgency in GRAVE:
                _needs(staff, Permission.CLOSE_GRAVE, "grave_close")
            _page_is_current(uow, concern, told)
            if concern.acknowledged_at is None:
                concern.acknowledged_at, concern.acknowledged_by = now, staff.staff_id
            concern.status, concern.closed_at = "closed", now
            _record(uow, staff, concern, now, "closed", f"{outcome}\n{reason}", code=outcome)
            uow.commit()
    except _Stop as stop:
        return stop.problem
    return None


def show_number(services: Services, staff: SignedIn, concern_id: str, reason: str) -> str | Problem:
    """The telephone number of the person who wrote, for a written reason, such as the police asking for it."""
    reason = clean(reason)
    if problem := _words_fault(reason, "number_reason"):
        return problem
    with _concern(services, concern_id) as (uow, concern, now):
        resident = concern.conversation.resident
        if resident.channel == "web":
            return Problem("no_number", "number_reason")
        _record(uow, staff, concern, now, "number_shown", reason)
        uow.commit()
        return (resident.address or "").removeprefix("whatsapp:")


@contextmanager
def _concern(services: Services, concern_id: str) -> Iterator[tuple[UnitOfWork, Concern, datetime]]:
    with services.store.unit() as uow:
        concern = uow.concerns.locked(concern_id)
        if concern is None:
            raise NotFound("no such concern")
        yield uow, concern, services.clock()


def _record(
    uow: UnitOfWork,
    staff: SignedIn,
    concern: Concern,
    now: datetime,
    kind: str,
    detail: str | None = None,
    code: str = "",
) -> None:
    """`detail` is sealed; only `code` stands in the audit log."""
    uow.concerns.add_event(concern, now, kind, detail, staff.staff_id)
    uow.audit(now, staff.actor, f"concern_{kind}", "concern", concern.id, code)


def _words_fault(words: str, name: str) -> Problem | None:
    if not words:
        return Problem(f"empty_{name}", name)
    if len(words) > LONGEST_NOTE:
        return Problem("too_long", name, {"limit": str(LONGEST_NOTE)})
    return None


def _still_open(concern: Concern) -> None:
    if concern.status == "closed":
        raise _Stop(Problem("closed"))


def _page_is_current(uow: UnitOfWork, concern: Concern, told: int) -> None:
    if uow.concerns.told(concern.id) != told:
        raise _Stop(Problem("changed"))


def _needs(staff: SignedIn, permission: Permission, key: str) -> None:
    if not staff.may(permission):
        raise _Stop(Problem(key))


def _taken(uow: UnitOfWork, concern: Concern) -> Problem:
    name = uow.staff.names().get(concern.acknowledged_by or "", "")
    return Problem("taken", values={"name": name}, at=concern.acknowledged_at)
