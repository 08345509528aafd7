"""How an outbound message's state may change. Callers hold the row's lock and commit."""

from datetime import datetime

import structlog

from bot.channels.twilio_errors import OPTED_OUT
from bot.errors import ProviderError
from bot.store.models import OutboundMessage
from bot.store.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)
# Reports come in any order; an earlier stage never undoes a later one. Delivered outranks failed: what is
# on the phone has arrived, whatever else was said of it.
_STAGES = {"queued": 0, "sending": 0, "held": 0, "sent": 1, "failed": 2, "delivered": 3}


def sent(uow: UnitOfWork, row: OutboundMessage, at: datetime, provider_id: str, state: str, certain: bool) -> None:
    """The provider has the message, in this state. `certain` unless it was only found in its list."""
    if not _belongs(uow, row, at, provider_id, certain):
        return
    advance(uow, row, at, state)
    row.unsure = row.unsure and not certain
    row.lease_until, row.sent_at = None, row.sent_at or at


def advance(uow: UnitOfWork, row: OutboundMessage, at: datetime, state: str, code: int | None = None) -> None:
    """Move to a state that the provider reported, unless a later one is already known."""
    if _STAGES[state] <= _stage(row):
        return
    if state == "failed":
        give_up(uow, row, at, str(code) if code else "undelivered", code)
    else:
        row.state, row.error = state, None


def give_up(uow: UnitOfWork, row: OutboundMessage, at: datetime, error: str, code: int | None = None) -> None:
    """The message failed for good: staff see it, and the conversation asks for a person."""
    row.state, row.lease_until, row.error = "failed", None, error[:60]
    _call_a_person(row, at)
    uow.audit(at, "outbox", "message_failed", "message", row.id, row.error)
    if code == OPTED_OUT:
        _opted_out_at_provider(uow, row, at)


def hold(uow: UnitOfWork, row: OutboundMessage, at: datetime, wish: str) -> None:
    """Not sent, because the person does not want it: `opted_out` or `not_safe`."""
    row.state, row.lease_until, row.error = "held", None, wish
    opted_out_at = row.conversation.resident.opted_out_at
    if opted_out_at is not None and row.created_at > opted_out_at:
        # Somebody who opted out has written again and our answer stays here: only a person can help now.
        _call_a_person(row, at)
    uow.audit(at, "outbox", "message_held", "message", row.id, wish)


def error_name(error: ProviderError) -> str:
    """What staff see: the provider's code, else the kind of failure."""
    return str(error.code) if error.code else str(error)[:60]


def _belongs(uow: UnitOfWork, row: OutboundMessage, at: datetime, provider_id: str, certain: bool) -> bool:
    """Note whose message this is at the provider. A certain claim beats a guess, a guess beats nothing."""
    if row.provider_id == provider_id:
        return True
    if row.provider_id is not None and not (certain and row.unsure):
        if certain:
            # The provider has two of this one message. It cannot be called back; operators must know.
            log.error("message_sent_twice", outbound_id=row.id)
        return False
    holder = uow.outbox.by_provider_id(provider_id)
    if holder is not None and not certain:
        _try_again(row, at)
        return False
    if holder is not None:
        _release(uow, holder.id, at)
    row.provider_id = provider_id
    return True


def _release(uow: UnitOfWork, message_id: str, at: datetime) -> None:
    """This message was taken for sent by a look-up, but what was found is another's."""
    guess = uow.outbox.locked(message_id)
    guess.provider_id, guess.sent_at = None, None
    _try_again(guess, at)
    uow.session.flush()


def _try_again(row: OutboundMessage, at: datetime) -> None:
    row.state, row.lease_until, row.unsure, row.next_attempt_at = "queued", None, True, at


def _stage(row: OutboundMessage) -> int:
    # Given up without ever having the provider's id: anything the provider says of it is news.
    if row.state == "failed" and row.sent_at is None:
        return 0
    return _STAGES.get(row.state, max(_STAGES.values()))


def _call_a_person(row: OutboundMessage, at: datetime) -> None:
    conversation = row.conversation
    conversation.needs_person_at = conversation.needs_person_at or at


def _opted_out_at_provider(uow: UnitOfWork, row: OutboundMessage, at: datetime) -> None:
    resident = row.conversation.resident
    if resident.opted_out_at is None:
        resident.opted_out_at = at
        uow.audit(at, "provider", "opted_out", "conversation", row.conversation_id)
