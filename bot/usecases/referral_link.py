"""The agency's way in: a link from its mail, a code from the same mailbox, half an hour to read and answer.

There is no account. Of link, code and session only keyed hashes are kept, and a code is bound to its referral.
"""

import hmac
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.languages.normalise import clean, digits_only
from bot.safeguarding import referral as life
from bot.safeguarding.reference import shown
from bot.store.models import Concern, Referral
from bot.store.unit_of_work import UnitOfWork
from bot.usecases import letters, referral_steps
from bot.usecases.refer import answer_fault
from bot.usecases.referral_content import form_of
from bot.usecases.referral_form import ReferralForm
from bot.usecases.review import Problem
from bot.usecases.services import Services

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
# Pressing the button twice must not make the code in the first mail a wrong one.
_ONE_CODE_FOR = timedelta(minutes=1)


@dataclass(frozen=True)
class Door:
    """What the page behind a link may show before the code: nothing of the concern."""

    reference: str
    agency: str
    status: str
    open_until: datetime


def door(services: Services, token: str) -> Door | None:
    """None for a link that is unknown, has run out or was withdrawn. Changes nothing: mail scanners follow links."""
    with services.store.reading() as uow:
        found = _behind(services, uow, token, services.clock())
        if found is None or found.link_until is None:
            return None
        name = referral_steps.agency_name(services, found.agency_id)
        return Door(shown(found.concern.reference), name, found.status, found.link_until)


def send_code(services: Services, token: str) -> None:
    """Mail a code to the mailbox that got the link. Never says whether; the newest code is the only one that works."""
    with _locked(services, token) as found:
        if found is None:
            return
        uow, referral, _, now = found
        if not _may_have_code(referral, now):
            return
        code = f"{secrets.randbelow(10**6):06d}"
        today = referral.code_until is not None and (referral.code_until - life.CODE_LIVES).date() == now.date()
        referral.codes_sent = referral.codes_sent + 1 if today else 1
        referral.code_hash, referral.code_tries = _code_hash(services, referral, code), 0
        referral.code_until = now + life.CODE_LIVES
        letters.put_code(services, uow, referral, code, now)
        uow.audit(now, "mail", "referral_code_made", "referral", referral.id, referral.agency_id)
        uow.commit()
    services.wake.mail()


def enter(services: Services, token: str, code: str) -> str | None:
    """A session's token for the right code, once. Wrong ones count, and the fifth kills the code."""
    with _locked(services, token) as found:
        if found is None:
            return None
        uow, referral, concern, now = found
        if referral.code_hash is None or referral.code_until is None or now >= referral.code_until:
            return None
        actor = referral_steps.agency_actor(referral)
        if not hmac.compare_digest(referral.code_hash, _code_hash(services, referral, digits_only(code))):
            referral.code_tries += 1
            if referral.code_tries >= life.CODE_TRIES:
                referral.code_hash = None
            uow.audit(now, actor, "referral_code_wrong", "referral", referral.id, referral.agency_id)
            uow.commit()
            return None
        session = secrets.token_urlsafe(32)
        referral.code_hash = None
        referral.session_hash = _session_hash(services, referral, session)
        referral.session_until = now + life.SESSION_LIVES
        # Whoever holds the link has had the mail, whatever the mail server told us.
        referral_steps.arrived(services, uow, referral, concern, now, actor)
        uow.audit(now, actor, "referral_opened", "referral", referral.id, referral.agency_id)
        uow.commit()
        return session


def read(services: Services, token: str, session: str) -> ReferralForm | None:
    """The referral, for a session that lives. The reading is put on record."""
    with _locked(services, token) as found:
        if found is None or not _is_in(services, found[1], session, found[3]):
            return None
        uow, referral, _, now = found
        form = form_of(services, uow, referral)
        actor = referral_steps.agency_actor(referral)
        uow.audit(now, actor, "referral_read", "referral", referral.id, referral.agency_id)
        uow.commit()
        return form


def answer(services: Services, token: str, session: str, status: str, reason: str) -> Problem | None:
    """Acknowledge, accept, decline with a reason, or done. Sent twice, it is one answer."""
    reason = clean(reason)
    if problem := answer_fault(status, reason, life.BY_AGENCY):
        return problem
    with _locked(services, token) as found:
        if found is None or not _is_in(services, found[1], session, found[3]):
            return Problem("referral_session")
        uow, referral, concern, now = found
        if referral.status == status and referral_steps.reason_of(referral) == (reason or None):
            return None
        actor = referral_steps.agency_actor(referral)
        if not referral_steps.change(services, uow, referral, concern, status, now, actor, reason=reason):
            return Problem("referral_status", "status")
        uow.commit()
    return None


def leave(services: Services, token: str, session: str) -> None:
    """End this session, so that its cookie opens nothing any more, wherever it was copied to."""
    with _locked(services, token) as found:
        if found is None or not _is_in(services, found[1], session, found[3]):
            return
        uow, referral, _, now = found
        referral.session_hash = referral.session_until = None
        actor = referral_steps.agency_actor(referral)
        uow.audit(now, actor, "referral_left", "referral", referral.id, referral.agency_id)
        uow.commit()


_Found = tuple[UnitOfWork, Referral, Concern, datetime]


@contextmanager
def _locked(services: Services, token: str) -> Iterator[_Found | None]:
    """The referral behind a link, under its lock. A link that opens nothing locks nothing."""
    with services.store.unit() as uow:
        now = services.clock()
        found = _behind(services, uow, token, now)
        if found is None:
            yield None
            return
        referral, concern = referral_steps.locked(uow, found.id)
        yield (uow, referral, concern, now) if _is_open(referral, now) else None


def _behind(services: Services, uow: UnitOfWork, token: str, now: datetime) -> Referral | None:
    if not _TOKEN.fullmatch(token):
        return None
    found = uow.referrals.by_link(services.store.sealer.index("referral", token))
    return found if found is not None and _is_open(found, now) else None


def _is_open(referral: Referral, now: datetime) -> bool:
    return referral.status != "withdrawn" and referral.link_until is not None and now < referral.link_until


def _may_have_code(referral: Referral, now: datetime) -> bool:
    if referral.code_until is None:
        return True
    last = referral.code_until - life.CODE_LIVES
    if referral.code_hash is not None and now - last < _ONE_CODE_FOR:
        return False
    return last.date() != now.date() or referral.codes_sent < life.CODES_A_DAY


def _is_in(services: Services, referral: Referral, session: str, now: datetime) -> bool:
    if referral.session_hash is None or referral.session_until is None or not _TOKEN.fullmatch(session):
        return False
    right = hmac.compare_digest(referral.session_hash, _session_hash(services, referral, session))
    return right and now < referral.session_until


def _code_hash(services: Services, referral: Referral, code: str) -> str:
    return services.store.sealer.index("referral_code", f"{referral.id}\0{code}")


def _session_hash(services: Services, referral: Referral, session: str) -> str:
    return services.store.sealer.index("referral_session", f"{referral.id}\0{session}")
