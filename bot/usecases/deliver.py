"""Send what waits in the outbox: claim it, talk to the provider with no transaction open, settle it.

A process may die between any two of these steps, so a message that may already have been sent is looked up at
the provider, and adopted when it is there, before it is sent again.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.errors import Ambiguous, ProviderError, Refused, SealBroken, Throttled
from bot.ports import ProviderMessage, SmsProvider
from bot.store.models import OutboundMessage
from bot.store.unit_of_work import UnitOfWork
from bot.usecases import retries, settle
from bot.usecases.services import Services

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=60)
# The end of a lease is kept free: a sending begun there could still run when another takes the message.
_ENOUGH = timedelta(seconds=15)
# Clocks differ: the provider may date a message a little before we wrote it.
_CLOCK_SKEW = timedelta(minutes=1)
_ALWAYS_SENT = "utter_opted_out"


@dataclass(frozen=True)
class _Work:
    """A claimed message, as it goes over the network. `wish` is why the person does not want it, or None."""

    id: str
    recipient: str
    body: str
    attempt: int
    unsure: bool
    wish: str | None
    expired: bool
    written: datetime
    start_before: datetime


@dataclass(frozen=True)
class _Sent:
    """The provider has it. `certain` is False for a message found in its list and taken for ours."""

    provider_id: str
    state: str
    certain: bool


@dataclass(frozen=True)
class _Held:
    wish: str


_Outcome = _Sent | _Held | ProviderError


def deliver_one(services: Services, lease: timedelta = LEASE) -> bool:
    """Deal with the next due message. False when nothing was due. Raises `StoreUnavailable`."""
    if services.sms is None:
        return False
    with services.store.unit() as uow:
        now = services.clock()
        row = uow.outbox.claim(now, lease)
        if row is None:
            return False
        work = _prepare(uow, row, now, lease)
        uow.commit()
    if work is not None:
        _settle(services, work, _over_the_network(services, services.sms, work))
    return True


def _prepare(uow: UnitOfWork, row: OutboundMessage, now: datetime, lease: timedelta) -> _Work | None:
    try:
        body, recipient = row.body or "", row.conversation.resident.address or ""
    except SealBroken:
        # Left in the queue it would be claimed again and again, and hold up everyone.
        settle.give_up(uow, row, now, "seal_broken")
        return None
    wish = _wish_against(row)
    # Whether an unsure message went out has to be found out, whatever the person wishes by now.
    if wish and not row.unsure:
        settle.hold(uow, row, now, wish)
        return None
    return _Work(
        id=row.id,
        recipient=recipient,
        body=body,
        attempt=row.attempts,
        unsure=row.unsure,
        wish=wish,
        expired=retries.expired(now, row.created_at),
        written=row.created_at,
        start_before=now + max(lease - _ENOUGH, lease / 2),
    )


def _wish_against(row: OutboundMessage) -> str | None:
    """Why the person does not want this message, or None. A 999 reply goes out whatever was wished before."""
    resident = row.conversation.resident
    if row.urgent or row.key == _ALWAYS_SENT:
        return None
    if resident.opted_out_at is not None:
        return "opted_out"
    if row.sender == "staff" and resident.may_reply == "no":
        return "not_safe"
    return None


def _over_the_network(services: Services, sms: SmsProvider, work: _Work) -> _Outcome:
    try:
        if work.unsure and (found := _look_up(services, sms, work)):
            return _Sent(found.provider_id, found.status, certain=False)
        if work.wish:
            return _Held(work.wish)
        if work.expired:
            return Refused("expired")
        if services.clock() >= work.start_before:
            # This process slept, or the look-up was slow: soon another may hold the message.
            return Throttled("lease_over")
        return _Sent(sms.send(work.recipient, work.body, work.id), "sent", certain=True)
    except ProviderError as error:
        return error
    except Exception as error:  # noqa: BLE001 - what happened at the provider must be found out
        # A fault of ours says nothing of what was sent. The kind alone: its text may quote the message.
        log.error("sending_broke", outbound_id=work.id, kind=type(error).__name__)
        return Ambiguous(type(error).__name__)


def _look_up(services: Services, sms: SmsProvider, work: _Work) -> ProviderMessage | None:
    """The message as the provider has it, if it went out and belongs to no other row of ours."""
    since = work.written - _CLOCK_SKEW
    try:
        listed = sms.sent_to(work.recipient, since)
    except ProviderError as error:
        # Without knowing, nothing may be sent.
        raise Throttled(f"look-up: {error}"[:60], error.code) from None
    same = [m for m in listed if m.at >= since and _words(m.body) == _words(work.body)]
    with services.store.reading() as uow:
        taken = uow.outbox.claimed_provider_ids([m.provider_id for m in same])
    return min((m for m in same if m.provider_id not in taken), key=lambda m: m.at, default=None)


def _words(body: str) -> str:
    # Providers trim and re-encode; line ends and composed letters are no difference to a reader.
    return " ".join(unicodedata.normalize("NFC", body).split())


def _settle(services: Services, work: _Work, outcome: _Outcome) -> None:
    with services.store.unit() as uow:
        row, now = uow.outbox.locked(work.id), services.clock()
        if isinstance(outcome, _Sent):
            settle.sent(uow, row, now, outcome.provider_id, outcome.state, outcome.certain)
        elif row.state != "sending" or row.attempts != work.attempt:
            # A status callback has settled it meanwhile, or another worker took it over; they know more.
            return
        elif isinstance(outcome, _Held):
            settle.hold(uow, row, now, outcome.wish)
        else:
            _settle_error(uow, row, now, outcome)
        uow.commit()
    log.info("message_settled", outbound_id=row.id, state=row.state, attempts=row.attempts, error=row.error)


def _settle_error(uow: UnitOfWork, row: OutboundMessage, now: datetime, error: ProviderError) -> None:
    row.unsure = row.unsure or isinstance(error, Ambiguous)
    kind = settle.error_name(error)
    # While the provider is down or says "later", the text waits for it, up to the day after which it is too late.
    tried_enough = row.attempts >= retries.MOST_ATTEMPTS and not isinstance(error, Throttled)
    if isinstance(error, Refused) or tried_enough or retries.expired(now, row.created_at):
        settle.give_up(uow, row, now, kind, error.code)
    else:
        row.state, row.lease_until, row.error = "queued", None, kind
        row.next_attempt_at = retries.next_attempt(now, row.attempts, row.urgent, error)
