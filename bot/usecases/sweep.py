"""Pick up what a dead process left: messages nobody answered, and messages that only the provider has."""

from datetime import timedelta

import structlog

from bot.channels.addresses import channel_of
from bot.errors import StoreUnavailable
from bot.usecases.receive import Inbound, receive
from bot.usecases.reply import reply
from bot.usecases.services import Services

log = structlog.get_logger(__name__)
# Younger messages are being answered by whoever received them.
PATIENCE = timedelta(seconds=2)
# A younger one may be on its way to our door, which knows more of it than the provider's list does.
_ON_ITS_WAY = timedelta(seconds=20)
LOOK_BACK = timedelta(hours=24)


def sweep(services: Services, patience: timedelta = PATIENCE) -> int:
    """Answer every message that has waited too long. Returns how many. Raises `StoreUnavailable`."""
    with services.store.reading() as uow:
        waiting = uow.inbox.waiting_conversations(services.clock() - patience)
    answered = 0
    for conversation_id in waiting:
        try:
            answered += reply(services, conversation_id)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the next conversation has its turn
            # One conversation that cannot be answered must not keep the others waiting.
            log.error("sweep_failed", conversation_id=conversation_id, kind=type(error).__name__)
    if answered:
        log.warning("swept", answered=answered)
    return answered


def reconcile(services: Services, look_back: timedelta = LOOK_BACK) -> int:
    """Take in what the provider received for us and we do not have. Returns how many.

    Raises `ProviderError` or `StoreUnavailable`; what was taken in before stays.
    """
    if services.sms is None:
        return 0
    now = services.clock()
    listed = [m for m in services.sms.received(now - look_back) if m.at <= now - _ON_ITS_WAY]
    with services.store.reading() as uow:
        known = uow.inbox.known([m.provider_id for m in listed])
    lost = [m for m in listed if m.provider_id not in known]
    for message in sorted(lost, key=lambda m: m.at):
        inbound = Inbound(channel_of(message.sender), message.sender, message.body, provider_id=message.provider_id)
        services.wake.inbox(receive(services, inbound).conversation_id)
    if lost:
        log.warning("reconciled", found=len(lost))
    return len(lost)
