"""Accounts of staff: each begins with a link that works once, and with which its owner chooses a password."""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bot.errors import NotAllowed, NotFound
from bot.languages.normalise import clean
from bot.safeguarding.permissions import ROLES, Permission, may
from bot.store.columns import new_id
from bot.store.models import StaffMember
from bot.store.unit_of_work import Store, UnitOfWork

FIRST_SIGN_IN_HOURS = 24
FIRST_USERNAME = "admin"
# Whoever sets the service up works alone until others have accounts, so the first account may do everything.
FIRST_ROLE = "administrator"
LONGEST_NAME = 100
OPERATOR = "operator"
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
State = Literal["invited", "enrolling", "active", "locked", "disabled"]


class Records(Protocol):
    """All that accounts need; `Services` has it, and the command line can do without the rest."""

    @property
    def store(self) -> Store: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...


@dataclass(frozen=True)
class Account:
    """A line of the list. `state`: invited (no password yet), enrolling (no second factor yet), or as it says."""

    id: str
    username: str
    name: str
    role: str
    state: State


def hash_of(token: str) -> str:
    """What is kept of a token. The token has 256 random bits, so a plain hash cannot be turned round."""
    return hashlib.sha256(token.encode()).hexdigest()


def first_sign_in(records: Records) -> str | None:
    """A fresh one-time token for the first account, while no account has a password; then None for ever."""
    with records.store.unit() as uow:
        if any(member.password_hash for member in uow.staff.all()):
            return None
        now = records.clock()
        member = uow.staff.by_username(FIRST_USERNAME)
        if member is None:
            member = _made(uow, FIRST_USERNAME, FIRST_USERNAME, FIRST_ROLE, now)
        token = _invite(uow, member, now)
        uow.audit(now, OPERATOR, "account_first", "staff", member.id)
        uow.commit()
    return token


def fault(records: Records, username: str, name: str, role: str) -> str | None:
    """Why this account cannot be made: `username`, `taken`, `name`, `role`, or None."""
    if not _USERNAME.fullmatch(_plain(username)):
        return "username"
    if not 0 < len(clean(name)) <= LONGEST_NAME:
        return "name"
    if role not in ROLES:
        return "role"
    with records.store.reading() as uow:
        return "taken" if _taken(uow, username) else None


def add(records: Records, username: str, name: str, role: str, actor: str = OPERATOR) -> str:
    """Make an account; returns its one-time token. Raises `NotAllowed` naming what is wrong (see `fault`)."""
    if wrong := fault(records, username, name, role):
        raise NotAllowed(f"account: {wrong}")
    with records.store.unit() as uow:
        if _taken(uow, username):
            raise NotAllowed("account: taken")
        now = records.clock()
        member = _made(uow, _plain(username), clean(name), role, now)
        token = _invite(uow, member, now)
        uow.audit(now, actor, "account_added", "staff", member.id, role)
        uow.commit()
    return token


def everyone(records: Records) -> list[Account]:
    """All accounts by username."""
    with records.store.reading() as uow:
        now = records.clock()
        return [Account(m.id, m.username, m.name or "", m.role, _state(m, now)) for m in uow.staff.all()]


def reset(records: Records, username: str, actor: str = OPERATOR) -> str:
    """Take away password and second factor, end every session, lift locks; returns a new one-time token.

    Also brings back a disabled account. Raises `NotFound`.
    """
    with records.store.unit() as uow:
        member, now = _known(uow, username), records.clock()
        token = _invite(uow, member, now)
        uow.audit(now, actor, "account_reset", "staff", member.id)
        uow.commit()
    return token


def disable(records: Records, username: str, actor: str = OPERATOR) -> None:
    """Close an account and end its sessions. Raises `NotFound`; `NotAllowed` for the last who manages accounts."""
    with records.store.unit() as uow:
        member, now = _known(uow, username), records.clock()
        others = [m for m in uow.staff.all() if m.id != member.id and m.disabled_at is None and m.password_hash]
        if may(member.role, Permission.MANAGE_ACCOUNTS) and not any(
            may(m.role, Permission.MANAGE_ACCOUNTS) for m in others
        ):
            raise NotAllowed("account: last")
        member.disabled_at = now
        member.first_token_hash, member.first_token_until = None, None
        uow.staff.end_sessions(member.id)
        uow.audit(now, actor, "account_disabled", "staff", member.id)
        uow.commit()


def _known(uow: UnitOfWork, username: str) -> StaffMember:
    member = uow.staff.by_username(username)
    if member is None:
        raise NotFound(f"no account {username}")
    return member


def _taken(uow: UnitOfWork, username: str) -> bool:
    return any(member.username == _plain(username) for member in uow.staff.all())


def _made(uow: UnitOfWork, username: str, name: str, role: str, now: datetime) -> StaffMember:
    member = StaffMember(id=new_id(), username=username, role=role, created_at=now)
    uow.session.add(member)
    member.name = name
    return member


def _invite(uow: UnitOfWork, member: StaffMember, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    member.first_token_hash = hash_of(token)
    member.first_token_until = now + timedelta(hours=FIRST_SIGN_IN_HOURS)
    member.password_hash, member.totp, member.totp_last = None, None, None
    member.failures, member.locked_until, member.disabled_at = 0, None, None
    uow.staff.end_sessions(member.id)
    return token


def _state(member: StaffMember, now: datetime) -> State:
    if member.disabled_at is not None:
        return "disabled"
    if member.password_hash is None:
        return "invited"
    if member.totp_last is None:
        return "enrolling"
    return "locked" if member.locked_until is not None and member.locked_until > now else "active"


def _plain(username: str) -> str:
    return username.strip().casefold()
