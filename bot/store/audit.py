"""The audit log: a chain in which each entry is linked to the one before it with a key.

Changing, removing or reordering entries breaks a link; cutting off the tail disagrees with the head row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.models import AuditEntry, AuditHead
from bot.store.sealing import Sealer

_PAGE = 1000


class _Note(Protocol):
    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def object_kind(self) -> str: ...
    @property
    def object_id(self) -> str: ...
    @property
    def detail(self) -> str: ...


@dataclass(frozen=True)
class AuditState:
    """Outcome of a check: how many entries were read, and the first fault or None."""

    entries: int
    fault: str | None


def append(session: Session, sealer: Sealer, notes: Iterable[_Note]) -> None:
    """Link the notes to the end of the chain, holding the head row's lock until the commit."""
    head = session.scalars(select(AuditHead).where(AuditHead.id == 1).with_for_update()).one()
    for note in notes:
        entry = AuditEntry(
            id=head.last + 1,
            at=note.at,
            actor=note.actor,
            action=note.action,
            object_kind=note.object_kind,
            object_id=note.object_id,
            detail=note.detail,
        )
        entry.link = sealer.chain(head.link, _content(entry))
        session.add(entry)
        head.last, head.link = entry.id, entry.link
    session.flush()


def verify(session: Session, sealer: Sealer) -> AuditState:
    """Walk the whole chain. The fault names the first entry that does not fit."""
    head = session.scalars(select(AuditHead).where(AuditHead.id == 1)).one()
    link, expected = "", 1
    while True:
        page = session.scalars(
            select(AuditEntry).where(AuditEntry.id >= expected).order_by(AuditEntry.id).limit(_PAGE)
        ).all()
        for entry in page:
            link = sealer.chain(link, _content(entry))
            if entry.id != expected or entry.link != link:
                return AuditState(expected - 1, f"entry {expected} was changed or removed")
            expected += 1
        session.expunge_all()
        if len(page) < _PAGE:
            break
    if expected - 1 != head.last or link != head.link:
        return AuditState(expected - 1, f"the chain ends at {expected - 1}, the head says {head.last}")
    return AuditState(expected - 1, None)


def _content(entry: AuditEntry) -> str:
    parts = (str(entry.id), entry.at.isoformat(), entry.actor, entry.action)
    return "\0".join((*parts, entry.object_kind, entry.object_id, entry.detail))
