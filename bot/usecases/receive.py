"""Take a message in: judged for danger and on disk before anyone says "received"."""

from dataclasses import dataclass

import structlog
from sqlalchemy.exc import IntegrityError

from bot.languages import normalise
from bot.store.columns import new_id
from bot.store.models import InboundMessage
from bot.usecases.services import Services

log = structlog.get_logger(__name__)
# Twilio sends at most 1,600 characters and the chat page 5,000; anything beyond this is not a person's message.
LONGEST = 20_000


@dataclass(frozen=True)
class Inbound:
    """A message as a channel parsed it. `address` is E.164, `whatsapp:+…`, or a web session's token."""

    channel: str
    address: str
    body: str
    provider_id: str | None = None
    opt_out_type: str | None = None


@dataclass(frozen=True)
class Receipt:
    """The message is kept. `duplicate` when its provider id was already here."""

    inbound_id: str
    conversation_id: str
    duplicate: bool


def receive(services: Services, message: Inbound) -> Receipt:
    """Commit one message. Raises `StoreUnavailable`; then nothing was kept and nothing may be acknowledged."""
    body = normalise.clean(message.body)[:LONGEST]
    verdict = services.detector.examine(body)
    try:
        return _keep(services, message, body, {"danger": verdict.danger, "rules": list(verdict.rules)})
    except IntegrityError:
        # The same message or the first message of the same person arrived twice at once: now the other one is there.
        return _keep(services, message, body, {"danger": verdict.danger, "rules": list(verdict.rules)})


def _keep(services: Services, message: Inbound, body: str, verdict: dict[str, object]) -> Receipt:
    with services.store.unit() as uow:
        if message.provider_id and (known := uow.inbox.by_provider_id(message.provider_id)):
            return Receipt(known.id, known.conversation_id, duplicate=True)
        now = services.clock()
        conversation = uow.conversations.open(message.channel, message.address, now)
        row = InboundMessage(
            id=new_id(),
            conversation_id=conversation.id,
            provider_id=message.provider_id,
            verdict=verdict,
            opt_out_type=message.opt_out_type,
            received_at=now,
        )
        uow.session.add(row)
        row.body = body
        uow.commit()
        receipt = Receipt(row.id, conversation.id, duplicate=False)
    log.info("message_received", channel=message.channel, inbound_id=receipt.inbound_id, danger=verdict["danger"])
    return receipt
