"""The newest entries of the audit log, and whether the chain is whole."""

from dataclasses import dataclass
from datetime import datetime

from bot.store import audit
from bot.usecases.services import Services
from bot.usecases.sign_in import SignedIn

SHOWN = 200


@dataclass(frozen=True)
class Entry:
    """`who` is a staff member's username, or the part of the service that did it."""

    number: int
    at: datetime
    who: str
    action: str
    object_kind: str
    object_id: str
    detail: str


@dataclass(frozen=True)
class Trail:
    """`fault` is the first thing wrong with the chain, or None when it is whole."""

    entries: tuple[Entry, ...]
    count: int
    fault: str | None


def read(services: Services, staff: SignedIn) -> Trail:
    """Check the whole chain and return its end. That somebody looked is itself put on record."""
    with services.store.unit() as uow:
        uow.audit(services.clock(), staff.actor, "audit_read", "audit", "log")
        uow.commit()
    with services.store.reading() as uow:
        usernames = {f"staff:{staff_id}": name for staff_id, name in uow.staff.usernames().items()}
        entries = tuple(
            Entry(e.id, e.at, usernames.get(e.actor, e.actor), e.action, e.object_kind, e.object_id, e.detail)
            for e in uow.staff.records(SHOWN)
        )
        state = audit.verify(uow.session, services.store.sealer)
    return Trail(entries, state.entries, state.fault)
