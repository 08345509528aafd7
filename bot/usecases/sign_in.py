"""Signing in: password, then a one-time code, then a session that ends by itself.

A session's token is 256 random bits, kept only as a hash, and is a new one after every step. Argon2 is slow on
purpose, so a password is judged with no transaction open; what it is judged to be is written under the account's lock.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.safeguarding.permissions import Permission, may
from bot.store.columns import new_id
from bot.store.models import StaffMember, StaffSession
from bot.store.unit_of_work import UnitOfWork
from bot.usecases import passwords, second_factor
from bot.usecases.services import Services
from bot.usecases.staff_accounts import hash_of

Step = Literal["password", "enrol", "full"]
LONGEST_SESSION = timedelta(hours=10)
# Time to type a code, and to set up an authenticator.
_STEP_ENDS = {"password": timedelta(minutes=5), "enrol": timedelta(minutes=30), "full": LONGEST_SESSION}
FREE_FAILURES = 5
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=4)
# A session's last use is written at most this often, so that reading pages does not wait for writers.
_SEEN_EVERY = timedelta(minutes=1)
ANYBODY = "anonymous"


@dataclass(frozen=True)
class SignedIn:
    """Who a request comes from. Only a session whose `step` is full lets anybody see anything."""

    session_id: str
    staff_id: str
    username: str
    name: str
    role: str
    step: str
    form_token: str

    @property
    def actor(self) -> str:
        """As the audit log names them."""
        return f"staff:{self.staff_id}"

    def may(self, permission: Permission) -> bool:
        return self.step == "full" and may(self.role, permission)


def with_password(services: Services, username: str, password: str) -> str | None:
    """The token of a session in which the second factor is due, or None: no reason is ever given."""
    with services.store.reading() as uow:
        known = uow.staff.named(username)
        staff_id, hash_ = (known.id, known.password_hash) if known else (None, None)
    right = passwords.fits(hash_, password)
    with services.store.unit() as uow:
        now = services.clock()
        member = uow.staff.locked(staff_id) if staff_id else None
        if member is None:
            uow.audit(now, ANYBODY, "sign_in_failed", "staff", "unknown")
            uow.commit()
            return None
        # The password may have been reset, and the account locked by guesses at the same moment.
        if not right or member.password_hash != hash_ or not _open(member, now):
            _fail(uow, member, now, "password")
            uow.commit()
            return None
        token = _password_was_right(uow, member, now)
        uow.commit()
    return token


def with_code(services: Services, token: str, code: str) -> str | None:
    """The token of a full session, or None."""
    with services.store.unit() as uow:
        now = services.clock()
        session = _live(services, uow, token, now)
        if session is None or session.step != "password":
            return None
        member = uow.staff.locked(session.staff_id)
        step = second_factor.step_of(member.totp or "", code, now, member.totp_last)
        if step is None or not _open(member, now):
            _fail(uow, member, now, "code")
            uow.commit()
            return None
        member.totp_last, member.failures, member.locked_until = step, 0, None
        full = _next_step(uow, session, "full", now)
        uow.audit(now, _actor(member), "signed_in", "staff", member.id)
        uow.commit()
    return full


def invited(services: Services, first_token: str) -> str | None:
    """The username of the account that this one-time token opens, or None."""
    with services.store.reading() as uow:
        member = uow.staff.invited(hash_of(first_token))
        return member.username if member and _invitation_holds(member, services.clock()) else None


def choose_password(services: Services, first_token: str, password: str) -> str | None:
    """Use up the one-time token; returns the token of a session in which a second factor is set up, or None.

    The password must have been found without `passwords.fault`.
    """
    hash_ = passwords.hashed(password)
    with services.store.unit() as uow:
        now = services.clock()
        member = uow.staff.by_first_token(hash_of(first_token))
        if member is None or not _invitation_holds(member, now):
            return None
        # `first_token_until` stays: it is also the time by which the second factor must be set up.
        member.password_hash, member.first_token_hash = hash_, None
        member.totp, member.totp_last = second_factor.new_secret(), None
        uow.staff.end_sessions(member.id)
        token = _begin(uow, member, "enrol", now)
        uow.audit(now, _actor(member), "password_chosen", "staff", member.id)
        uow.commit()
    return token


def secret_to_enrol(services: Services, token: str) -> str | None:
    """The secret for the authenticator, while this session is the one that sets it up."""
    with services.store.reading() as uow:
        session = _live(services, uow, token, services.clock())
        return session.staff.totp if session is not None and session.step == "enrol" else None


def enrol(services: Services, token: str, code: str) -> str | None:
    """Confirm the authenticator with its first code; returns the token of a full session, or None."""
    with services.store.unit() as uow:
        now = services.clock()
        session = _live(services, uow, token, now)
        if session is None or session.step != "enrol":
            return None
        member = uow.staff.locked(session.staff_id)
        step = second_factor.step_of(member.totp or "", code, now, None)
        if step is None:
            return None
        member.totp_last, member.first_token_until, member.failures, member.locked_until = step, None, 0, None
        full = _next_step(uow, session, "full", now)
        uow.audit(now, _actor(member), "second_factor_set", "staff", member.id)
        uow.commit()
    return full


def who(services: Services, token: str, *, used: bool = True) -> SignedIn | None:
    """Whose session this is, or None when it has ended. `used`: a person did something, so it goes on living."""
    with services.store.reading() as uow:
        now = services.clock()
        session = _live(services, uow, token, now)
        if session is None:
            return None
        found = _signed_in(session)
        stale = used and now - session.seen_at >= _SEEN_EVERY
    if stale:
        with services.store.unit() as uow:
            if (session := uow.staff.session(hash_of(token))) is not None:
                session.seen_at = now
                uow.commit()
    return found


def out(services: Services, token: str) -> None:
    """Sign out: the session is gone."""
    with services.store.unit() as uow:
        session = uow.staff.session(hash_of(token))
        if session is not None:
            uow.audit(services.clock(), _actor(session.staff), "signed_out", "staff", session.staff_id)
            uow.session.delete(session)
            uow.commit()


def lock_after(failures: int) -> timedelta | None:
    """How long an account is shut after so many failures in a row."""
    if failures < FREE_FAILURES:
        return None
    doublings = min(failures - FREE_FAILURES, 10)
    return min(LONGEST_LOCK, FIRST_LOCK * int(2**doublings))


def _open(member: StaffMember, now: datetime) -> bool:
    if member.disabled_at is not None or (member.locked_until is not None and member.locked_until > now):
        return False
    # A password alone sets up a second factor only while its owner is known to be doing so.
    return member.totp_last is not None or (member.first_token_until is not None and now < member.first_token_until)


def _fail(uow: UnitOfWork, member: StaffMember, now: datetime, what: str) -> None:
    """Count it, unless the account is shut already: guesses then must not make it longer for its owner."""
    if member.disabled_at is None and (member.locked_until is None or member.locked_until <= now):
        member.failures += 1
        if (lock := lock_after(member.failures)) is not None:
            member.locked_until = now + lock
            uow.audit(now, ANYBODY, "account_locked", "staff", member.id)
    uow.audit(now, ANYBODY, "sign_in_failed", "staff", member.id, what)


def _password_was_right(uow: UnitOfWork, member: StaffMember, now: datetime) -> str:
    if member.totp_last is not None:
        return _begin(uow, member, "password", now)
    member.totp = second_factor.new_secret()
    uow.staff.end_sessions(member.id)
    return _begin(uow, member, "enrol", now)


def _begin(uow: UnitOfWork, member: StaffMember, step: Step, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    uow.staff.forget_ended(now)
    uow.session.add(
        StaffSession(
            id=new_id(),
            token_hash=hash_of(token),
            staff_id=member.id,
            csrf=secrets.token_hex(32),
            step=step,
            created_at=now,
            seen_at=now,
            ends_at=now + _STEP_ENDS[step],
        )
    )
    return token


def _next_step(uow: UnitOfWork, session: StaffSession, step: Step, now: datetime) -> str:
    member = session.staff
    uow.session.delete(session)
    return _begin(uow, member, step, now)


def _live(services: Services, uow: UnitOfWork, token: str, now: datetime) -> StaffSession | None:
    session = uow.staff.session(hash_of(token))
    idle = timedelta(minutes=services.settings.session_minutes)
    if session is None or now >= session.ends_at or now - session.seen_at >= idle:
        return None
    return session if session.staff.disabled_at is None else None


def _invitation_holds(member: StaffMember, now: datetime) -> bool:
    return member.first_token_until is not None and now < member.first_token_until and member.disabled_at is None


def _signed_in(session: StaffSession) -> SignedIn:
    member = session.staff
    return SignedIn(
        session_id=session.id,
        staff_id=member.id,
        username=member.username,
        name=member.name or "",
        role=member.role,
        step=session.step,
        form_token=session.csrf,
    )


def _actor(member: StaffMember) -> str:
    return f"staff:{member.id}"
