"""Send what waits for agencies: claim it, talk to the mail server with no transaction open, settle it.

A process may die between any two of these steps. Unlike a provider of texts, a mail server cannot be asked what it
has, so a mail that may have gone out is sent again with the same `Message-ID`, by which receivers know a repeat.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.errors import Ambiguous, ProviderError, Refused, SealBroken, Throttled
from bot.ports import Letter, Mailer
from bot.safeguarding.referral import CODE_LIVES
from bot.store.models import Mail
from bot.store.unit_of_work import UnitOfWork
from bot.usecases import referral_steps, retries
from bot.usecases.services import Services

log = structlog.get_logger(__name__)
# Longer than a conversation with the slowest server: about twelve answers of at most 20 seconds each.
LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class _Work:
    """A claimed mail, as it goes over the network. `attempt` tells whose claim it is."""

    letter: Letter
    attempt: int
    expired: bool


def post_one(services: Services, lease: timedelta = LEASE) -> bool:
    """Deal with the next due mail. False when nothing was due. Raises `StoreUnavailable`."""
    if services.mail is None:
        return False
    with services.store.unit() as uow:
        now = services.clock()
        row = uow.mail.claim(now, lease)
        if row is None:
            return False
        work = _prepare(row, now)
        uow.commit()
    if isinstance(work, _Work):
        _settle(services, row.id, work.attempt, _over_the_network(services.mail, work))
    elif work is not None:
        _settle(services, row.id, row.attempts, work)
    return True


def _prepare(row: Mail, now: datetime) -> _Work | ProviderError | None:
    """What to send; why it cannot be; or None for a mail that nobody needs any more, which is dropped here."""
    if not _is_wanted(row, now):
        row.state, row.lease_until = "dropped", None
        row.body = None
        return None
    try:
        recipient, body = row.recipient, row.body
    except SealBroken:
        return Refused("seal_broken")
    if not recipient or not body:
        return Refused("empty")
    letter = Letter(row.id, recipient, row.subject, body, row.created_at)
    return _Work(letter, row.attempts, retries.expired(now, row.created_at))


def _is_wanted(row: Mail, now: datetime) -> bool:
    """A first mail while the referral waits for it, a chase while there is no answer, a code while it works."""
    referral = row.referral
    if row.kind == "code":
        made = referral.code_until - CODE_LIVES if referral.code_until else None
        fresh = made is not None and row.created_at >= made and now < made + CODE_LIVES
        return fresh and referral.code_hash is not None and referral.status != "withdrawn"
    return referral.status == ("waiting" if row.kind == "referral" else "sent")


def _over_the_network(mail: Mailer, work: _Work) -> ProviderError | None:
    """None when the mail server has taken it."""
    if work.expired:
        return Refused("expired")
    try:
        mail.send(work.letter)
    except ProviderError as error:
        return error
    except Exception as error:  # noqa: BLE001 - whatever it was, the mail may have gone out
        # The kind alone: its text may quote the mail.
        log.error("mailing_broke", mail_id=work.letter.id, kind=type(error).__name__)
        return Ambiguous("broke_off")
    return None


def _settle(services: Services, mail_id: str, attempt: int, error: ProviderError | None) -> None:
    with services.store.unit() as uow:
        known = uow.mail.get(mail_id)
        assert known is not None
        referral_steps.locked(uow, known.referral_id)
        row, now = uow.mail.locked(mail_id), services.clock()
        if row.state == "sent" or (error is not None and (row.state != "sending" or row.attempts != attempt)):
            # Another worker has taken it over and knows more.
            return
        if error is None:
            _sent(services, uow, row, now)
        else:
            _not_sent(services, uow, row, now, error)
        uow.commit()
    log.info("mail_settled", mail_id=mail_id, kind=row.kind, state=row.state, attempts=row.attempts, error=row.error)


def _sent(services: Services, uow: UnitOfWork, row: Mail, now: datetime) -> None:
    row.state, row.sent_at, row.lease_until, row.error = "sent", now, None, None
    row.body = None
    uow.audit(now, "mail", f"mail_{row.kind}_sent", "referral", row.referral_id, row.referral.agency_id)
    if row.kind == "referral":
        referral_steps.arrived(services, uow, row.referral, row.referral.concern, now, "mail")


def _not_sent(services: Services, uow: UnitOfWork, row: Mail, now: datetime, error: ProviderError) -> None:
    row.lease_until, row.error = None, (str(error.code) if error.code else str(error))[:60]
    tried_enough = row.attempts >= retries.MOST_ATTEMPTS and not isinstance(error, Throttled)
    if not (isinstance(error, Refused) or tried_enough or retries.expired(now, row.created_at)):
        row.state, row.next_attempt_at = "queued", retries.next_attempt(now, row.attempts, row.kind == "code", error)
        return
    row.state = "failed"
    if row.kind == "code":
        row.body = None
        return
    # Its text is kept for another try.
    if row.referral.status == "waiting":
        referral_steps.change(services, uow, row.referral, row.referral.concern, "failed", now, "mail")
    else:
        referral_steps.record(services, uow, row.referral, row.referral.concern, "failed", now, "mail")
