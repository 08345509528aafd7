"""Hand a concern to an agency, see what became of it, and note what the agency said on the telephone."""

import dataclasses
import uuid
from dataclasses import dataclass
from datetime import datetime

from bot.languages.normalise import clean
from bot.safeguarding import referral as life
from bot.safeguarding.permissions import GRAVE
from bot.store.columns import is_id
from bot.store.models import Concern, Mail, Referral
from bot.store.unit_of_work import UnitOfWork
from bot.usecases import letters, referral_steps
from bot.usecases.referral_agencies import Choice, choices, mailbox, offered
from bot.usecases.referral_content import form_of
from bot.usecases.referral_form import CONSENTS, ReferralForm, Words
from bot.usecases.referral_troubles import mail_error
from bot.usecases.review import LONGEST_NOTE, Problem
from bot.usecases.services import Services
from bot.usecases.sign_in import SignedIn

__all__ = ["Choice", "Row", "choices", "form", "new_sending", "of_concern", "record", "refer", "try_again"]


@dataclass(frozen=True)
class Row:
    """A referral in a list. `reason` is None when there is none; `mail_error` while its newest mail is not out."""

    id: str
    agency_id: str
    agency: str
    route: str
    status: str
    reason: str | None
    created_at: datetime
    sent_at: datetime | None
    due_at: datetime | None
    answered_at: datetime | None
    late: bool
    chases: int
    made_by: str | None
    mail_error: str | None
    link_until: datetime | None


def of_concern(services: Services, concern_id: str) -> list[Row]:
    """The concern's referrals, the newest first."""
    with services.store.reading() as uow:
        referrals, now = uow.referrals.of_concern(concern_id), services.clock()
        names, mails = uow.staff.names(), uow.mail.newest([r.id for r in referrals])
        return [_row(services, r, mails.get(r.id), names.get(r.created_by), now) for r in referrals]


def new_sending() -> str:
    """The id that the referral will have: a form sent twice makes one."""
    return str(uuid.uuid4())


def refer(
    services: Services,
    staff: SignedIn,
    concern_id: str,
    agency_id: str,
    route: str,
    words: Words,
    sending: str,
    told: int,
    listed: int,
) -> Problem | None:
    """Make a referral. By e-mail it is queued; by hand it counts as sent, because staff have told the agency.

    `told` is how much of the person's words the page showed, `listed` how many referrals: two colleagues at once must
    not send the same one twice. Raises `NotFound`.
    """
    words = _cleaned(words)
    if problem := _words_fault(words) or _target_fault(services, agency_id, route, sending):
        return problem
    with services.store.unit() as uow:
        concern, now = referral_steps.locked_concern(uow, concern_id), services.clock()
        if uow.referrals.get(sending) is not None:
            return None
        if problem := _concern_fault(uow, concern, words, told, listed):
            return problem
        _make(services, uow, staff, concern, Referral(id=sending, agency_id=agency_id, route=route), words, now)
        uow.commit()
    services.wake.mail()
    return None


def record(services: Services, staff: SignedIn, referral_id: str, status: str, reason: str) -> Problem | None:
    """What the agency said to us, or that the referral is withdrawn. Raises `NotFound`."""
    reason = clean(reason)
    if problem := answer_fault(status, reason, life.BY_STAFF):
        return problem
    with services.store.unit() as uow:
        referral, concern = referral_steps.locked(uow, referral_id)
        if referral.status == status and referral_steps.reason_of(referral) == (reason or None):
            return None
        changed = referral_steps.change(
            services, uow, referral, concern, status, services.clock(), staff.actor,
            staff_id=staff.staff_id, reason=reason,
        )  # fmt: skip
        if not changed:
            return Problem("referral_status", "status")
        uow.commit()
    return None


def answer_fault(status: str, reason: str, allowed: tuple[str, ...]) -> Problem | None:
    """What is wrong with an agency's answer as it was typed."""
    if status not in allowed:
        return Problem("choose_answer", "status")
    if status in life.NEEDS_REASON and not reason:
        return Problem(f"empty_{status}_reason", "reason")
    if len(reason) > LONGEST_NOTE:
        return Problem("too_long", "reason", {"limit": str(LONGEST_NOTE)})
    return None


def try_again(services: Services, staff: SignedIn, referral_id: str) -> Problem | None:
    """Put the failed mail of a referral back into the queue. Raises `NotFound`."""
    if problem := _mail_fault(services):
        return problem
    with services.store.unit() as uow:
        referral, concern = referral_steps.locked(uow, referral_id)
        now, newest = services.clock(), uow.mail.newest([referral_id]).get(referral_id)
        if newest is None or newest.state != "failed" or not mail_error(referral, newest):
            return None
        letters.put_again(services, referral, uow.mail.locked(newest.id), now)
        # A failed referral waits again; of one that is out, only the chase had failed.
        step = referral_steps.change if referral.status == "failed" else referral_steps.record
        step(services, uow, referral, concern, "waiting", now, staff.actor, staff_id=staff.staff_id)
        uow.commit()
    services.wake.mail()
    return None


def form(services: Services, staff: SignedIn, referral_id: str) -> ReferralForm:
    """Everything that the agency is told. The reading is put on record. Raises `NotFound`."""
    with services.store.unit() as uow:
        referral = referral_steps.get(uow, referral_id)
        found = form_of(services, uow, referral)
        uow.audit(services.clock(), staff.actor, "referral_read", "referral", referral.id, referral.agency_id)
        uow.commit()
    return found


def _make(
    services: Services,
    uow: UnitOfWork,
    staff: SignedIn,
    concern: Concern,
    referral: Referral,
    words: Words,
    now: datetime,
) -> None:
    referral.concern_id, referral.created_by, referral.created_at = concern.id, staff.staff_id, now
    referral.status = life.STARTS_AS[referral.route]
    referral.chases = referral.code_tries = referral.codes_sent = 0
    uow.session.add(referral)
    referral.words = dataclasses.asdict(words)
    if referral.route == "email":
        referral.mailbox = mailbox(services, referral.agency_id)
        referral.link_hash = services.store.sealer.index("referral", letters.link_token(services, referral.id))
    else:
        referral_steps.start_clock(services, referral, now)
    uow.session.flush()
    if referral.route == "email":
        letters.put_link(services, uow, referral, "referral", now)
    referral_steps.record(services, uow, referral, concern, "made", now, staff.actor, staff_id=staff.staff_id)


def _cleaned(words: Words) -> Words:
    return Words(**{name: clean(text) for name, text in dataclasses.asdict(words).items()})


def _words_fault(words: Words) -> Problem | None:
    if not words.worry:
        return Problem("empty_worry", "worry")
    for name, text in dataclasses.asdict(words).items():
        if len(text) > LONGEST_NOTE:
            return Problem("too_long", name, {"limit": str(LONGEST_NOTE)})
    return None if words.consent in CONSENTS else Problem("choose_consent", "consent")


def _target_fault(services: Services, agency_id: str, route: str, sending: str) -> Problem | None:
    agency = offered(services, agency_id)
    if agency is None:
        return Problem("choose_agency", "agency")
    if route not in life.ROUTES:
        return Problem("choose_route", "route")
    if not is_id(sending):
        return Problem("form")
    if route == "by_hand":
        return None
    if problem := _mail_fault(services):
        return problem
    return None if mailbox(services, agency_id) else Problem("no_mailbox", "route", {"agency": agency.name})


def _mail_fault(services: Services) -> Problem | None:
    if services.mail is None:
        return Problem("mail_off", "route")
    return None if letters.may_link(services) else Problem("no_public_url", "route")


def _concern_fault(uow: UnitOfWork, concern: Concern, words: Words, told: int, listed: int) -> Problem | None:
    if concern.status == "closed":
        return Problem("closed")
    if concern.status == "noted":
        # They were told that a note is not passed on. Somebody has to take it on before it can be.
        return Problem("take_first")
    if uow.concerns.told(concern.id) != told or len(uow.referrals.of_concern(concern.id)) != listed:
        return Problem("changed")
    if concern.urgency in GRAVE and not words.rung:
        return Problem("ring_first", "rung")
    return None


def _row(services: Services, referral: Referral, mail: Mail | None, made_by: str | None, now: datetime) -> Row:
    return Row(
        id=referral.id,
        agency_id=referral.agency_id,
        agency=referral_steps.agency_name(services, referral.agency_id),
        route=referral.route,
        status=referral.status,
        reason=referral_steps.reason_of(referral),
        created_at=referral.created_at,
        sent_at=referral.sent_at,
        due_at=referral.due_at,
        answered_at=referral.answered_at,
        late=life.is_late(referral.status, referral.created_at, referral.due_at, referral.chases, now),
        chases=referral.chases,
        made_by=made_by,
        mail_error=mail_error(referral, mail),
        link_until=referral.link_until,
    )
