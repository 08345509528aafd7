"""How a referral's status changes. Every change is a line on the concern's timeline and in the audit log."""

from datetime import datetime

from bot.directory.working_days import next_working_day
from bot.errors import NotFound, SealBroken
from bot.safeguarding.referral import ENDED_BY_AGENCY, LINK_LIVES, LINK_LIVES_ON, may_become
from bot.store.models import Concern, Referral
from bot.store.unit_of_work import UnitOfWork
from bot.usecases.services import Services


def get(uow: UnitOfWork, referral_id: str) -> Referral:
    """Raises `NotFound`."""
    found = uow.referrals.get(referral_id)
    if found is None:
        raise NotFound("no such referral")
    return found


def locked_concern(uow: UnitOfWork, concern_id: str) -> Concern:
    """Raises `NotFound`."""
    concern = uow.concerns.locked(concern_id)
    if concern is None:
        raise NotFound("no such concern")
    return concern


def locked(uow: UnitOfWork, referral_id: str) -> tuple[Referral, Concern]:
    """A referral and its concern, the concern locked first as everywhere. Raises `NotFound`."""
    concern = locked_concern(uow, get(uow, referral_id).concern_id)
    return uow.referrals.locked(referral_id), concern


def agency_name(services: Services, agency_id: str) -> str:
    """As the directory has it; the id when the record is gone."""
    agency = services.directory.agencies.get(agency_id)
    return agency.name if agency else agency_id


def reason_of(referral: Referral) -> str | None:
    """The reason, or None when there is none or it does not open with our keys."""
    try:
        return referral.reason
    except SealBroken:
        return None


def agency_actor(referral: Referral) -> str:
    """As the audit log names an agency that came by its link."""
    return f"agency:{referral.agency_id}"[:60]


def change(
    services: Services,
    uow: UnitOfWork,
    referral: Referral,
    concern: Concern,
    to: str,
    now: datetime,
    actor: str,
    *,
    staff_id: str | None = None,
    reason: str = "",
) -> bool:
    """Move to another status, if the table allows it. The reason is sealed; only the agency's id is audited."""
    if not may_become(referral.status, to):
        return False
    referral.status = to
    if to == "sent":
        start_clock(services, referral, now)
    else:
        # Whoever says "received" owes a decision, within the same working day as an answer.
        referral.due_at = next_working_day(now, services.directory.holidays) if to == "acknowledged" else None
    if to in ENDED_BY_AGENCY and referral.link_until is not None:
        # What the person tells us after that is not theirs to read.
        referral.link_until = min(referral.link_until, now + LINK_LIVES_ON)
    if to not in ("sent", "waiting", "failed"):
        referral.answered_at = now
        referral.reason = reason or None
    record(services, uow, referral, concern, to, now, actor, staff_id=staff_id, reason=reason)
    return True


def start_clock(services: Services, referral: Referral, now: datetime) -> None:
    """The agency has it: from now on it is expected to say so within a working day."""
    referral.sent_at = now
    referral.due_at = next_working_day(now, services.directory.holidays)
    if referral.route == "email":
        referral.link_until = now + LINK_LIVES


def arrived(
    services: Services, uow: UnitOfWork, referral: Referral, concern: Concern, now: datetime, actor: str
) -> None:
    """The mail is known to have got there, even when it was given up on before."""
    if referral.status == "failed":
        # By way of waiting, as the table has it; that nobody tried it again needs no line of its own.
        referral.status = "waiting"
    if referral.status == "waiting":
        change(services, uow, referral, concern, "sent", now, actor)


def record(
    services: Services,
    uow: UnitOfWork,
    referral: Referral,
    concern: Concern,
    what: str,
    now: datetime,
    actor: str,
    *,
    staff_id: str | None = None,
    reason: str = "",
) -> None:
    """A line on the timeline, with the agency's name and the reason, and one in the audit log, with neither."""
    name = agency_name(services, referral.agency_id)
    uow.concerns.add_event(concern, now, f"referral_{what}", f"{name}\n{reason}".strip(), staff_id)
    uow.audit(now, actor, f"referral_{what}", "referral", referral.id, referral.agency_id)
