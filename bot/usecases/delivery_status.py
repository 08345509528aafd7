"""What became of a message, as the provider reports it: in any order, twice, or before we know of it."""

from dataclasses import dataclass

import structlog

from bot.store.models import OutboundMessage
from bot.store.unit_of_work import UnitOfWork
from bot.usecases import settle
from bot.usecases.services import Services

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Report:
    """`message_id` is our own id, which the provider gives back; `state` is sent, delivered or failed."""

    provider_id: str
    state: str
    message_id: str | None = None
    code: int | None = None


def note(services: Services, report: Report) -> bool:
    """Write the report down. False when it is about no message of ours. Raises `StoreUnavailable`."""
    with services.store.unit() as uow:
        row, now = _find(uow, report), services.clock()
        if row is None:
            return False
        settle.sent(uow, row, now, report.provider_id, "sent", certain=True)
        if row.provider_id == report.provider_id:
            settle.advance(uow, row, now, report.state, report.code)
        uow.commit()
    log.info("message_reported", outbound_id=row.id, state=row.state, error=row.error)
    return True


def _find(uow: UnitOfWork, report: Report) -> OutboundMessage | None:
    found = uow.outbox.get(report.message_id) if report.message_id else None
    found = found or uow.outbox.by_provider_id(report.provider_id)
    return uow.outbox.locked(found.id) if found else None
