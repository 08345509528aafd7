"""One concern, or one conversation, with everything staff need to judge it. Every opening is put on record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.directory.choose import Contact
from bot.errors import NotFound, SealBroken
from bot.safeguarding.permissions import GRAVE
from bot.store.models import Concern, ConcernEvent, Conversation, InboundMessage, OutboundMessage
from bot.store.unit_of_work import UnitOfWork
from bot.usecases import queue
from bot.usecases.concerns import ANSWERS
from bot.usecases.queue import Row
from bot.usecases.services import Services
from bot.usecases.sign_in import SignedIn


@dataclass(frozen=True)
class Line:
    """One message. `text` is None when it does not open with our keys. `state` and `error` are the outbox's."""

    id: str
    speaker: Literal["resident", "bot", "staff"]
    text: str | None
    language: str | None
    direction: Literal["ltr", "rtl", "auto"]
    at: datetime
    state: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class Talk:
    """A conversation. `refusal` is why nothing may be sent to this person now: opted_out, not_safe, left, or None."""

    id: str
    channel: str
    language: str | None
    lines: tuple[Line, ...]
    needs_person_at: datetime | None
    refusal: str | None
    may_reply: str | None
    safe_times: str | None


@dataclass(frozen=True)
class Event:
    """One line of the timeline. `code` is what the first line of the detail stands for, when it is a code."""

    at: datetime
    kind: str
    who: str | None
    code: str | None
    detail: str | None


@dataclass(frozen=True)
class CaseFile:
    """A concern's page. `told` marks how much of the person's words this page shows."""

    row: Row
    reasons: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    additions: tuple[str, ...]
    outside: bool
    places_to_ask: tuple[str, ...]
    contacts: tuple[Contact, ...]
    timeline: tuple[Event, ...]
    talk: Talk
    acknowledged_at: datetime | None
    grave: bool
    told: int


# Events whose detail begins with a code on a line of its own.
WITH_CODE = ("closed", "urgency_changed", "urgency_raised")


def open_concern(services: Services, staff: SignedIn, concern_id: str) -> CaseFile:
    """Raises `NotFound`."""
    with services.store.unit() as uow:
        concern, now = uow.concerns.get(concern_id), services.clock()
        if concern is None:
            raise NotFound("no such concern")
        file = _file(services, uow, concern, now)
        uow.audit(now, staff.actor, "concern_read", "concern", concern.id)
        uow.commit()
    return file


def open_conversation(services: Services, staff: SignedIn, conversation_id: str) -> tuple[Talk, list[Row]]:
    """The conversation and its concerns, the newest first. Raises `NotFound`."""
    with services.store.unit() as uow:
        conversation, now = uow.concerns.conversation(conversation_id), services.clock()
        if conversation is None:
            raise NotFound("no such conversation")
        talk = _talk(services, uow, conversation)
        concerns = uow.concerns.of_conversation(conversation_id)
        rows = [queue.row_of(services, uow, concern, now) for concern in concerns]
        uow.audit(now, staff.actor, "conversation_read", "conversation", conversation_id)
        uow.commit()
    return talk, rows


def conversation_of(services: Services, concern_id: str) -> str:
    """The id of the concern's conversation. Raises `NotFound`."""
    with services.store.reading() as uow:
        concern = uow.concerns.get(concern_id)
    if concern is None:
        raise NotFound("no such concern")
    return concern.conversation_id


def refusal(conversation: Conversation) -> str | None:
    """Why this person may not be written to: `opted_out`, `not_safe`, `left`, or None."""
    resident = conversation.resident
    if resident.opted_out_at is not None:
        return "opted_out"
    if resident.may_reply == "no":
        return "not_safe"
    return "left" if conversation.left_at is not None else None


def _file(services: Services, uow: UnitOfWork, concern: Concern, now: datetime) -> CaseFile:
    answers = _answers(concern)
    place = services.places.resolve(str(answers.get("place", "")))
    contacts = services.directory.contacts(place, now, concern.category, concern.writer, concern.urgency)
    return CaseFile(
        row=queue.row_of(services, uow, concern, now),
        reasons=tuple(concern.urgency_reasons),
        answers=tuple((name, str(answers[name])) for name in ANSWERS if answers.get(name)),
        additions=tuple(answers.get("additions", ())),
        outside=place.outside,
        places_to_ask=place.ask or (),
        contacts=tuple(contacts),
        timeline=tuple(_events(uow, concern.id)),
        talk=_talk(services, uow, concern.conversation),
        acknowledged_at=concern.acknowledged_at,
        grave=concern.urgency in GRAVE,
        told=uow.concerns.told(concern.id),
    )


def _answers(concern: Concern) -> dict[str, Any]:
    try:
        return dict(concern.answers or {})
    except SealBroken:
        return {}


def _events(uow: UnitOfWork, concern_id: str) -> list[Event]:
    names = uow.staff.names()
    return [_event(event, names.get(event.staff_id or "")) for event in uow.concerns.timeline(concern_id)]


def _event(event: ConcernEvent, who: str | None) -> Event:
    detail = _opened(lambda: event.detail)
    if event.kind not in WITH_CODE:
        return Event(event.at, event.kind, who, None, detail)
    code, _, rest = (detail or "").partition("\n")
    return Event(event.at, event.kind, who, code or None, rest or None)


def _talk(services: Services, uow: UnitOfWork, conversation: Conversation) -> Talk:
    inbound, outbound = uow.conversations.history(conversation.id)
    received = {m.id: m.received_at for m in inbound}
    # An answer stands under the message it answers, however late it was written.
    placed = [(m.received_at, 0, 0, _from_resident(services, m)) for m in inbound]
    placed += [
        (received.get(m.in_reply_to or "", m.created_at), 1, m.position, _from_us(services, m)) for m in outbound
    ]
    resident = conversation.resident
    return Talk(
        id=conversation.id,
        channel=resident.channel,
        language=resident.language,
        lines=tuple(line for *_, line in sorted(placed, key=lambda entry: entry[:3])),
        needs_person_at=conversation.needs_person_at,
        refusal=refusal(conversation),
        may_reply=resident.may_reply,
        safe_times=_opened(lambda: resident.safe_times),
    )


def _from_resident(services: Services, message: InboundMessage) -> Line:
    code, direction = _language(services, message.language)
    text = _opened(lambda: message.body)
    return Line(message.id, "resident", text, code, direction, message.received_at)


def _from_us(services: Services, message: OutboundMessage) -> Line:
    code, direction = _language(services, message.language)
    return Line(
        id=message.id,
        speaker="staff" if message.sender == "staff" else "bot",
        text=_opened(lambda: message.body),
        language=code,
        direction=direction,
        at=message.created_at,
        state=message.state,
        error=message.error,
    )


def _language(services: Services, code: str | None) -> tuple[str | None, Literal["ltr", "rtl", "auto"]]:
    if code is None or code not in services.registry:
        return None, "auto"
    return code, services.registry.get(code).direction


def _opened(read: Callable[[], str | None]) -> str | None:
    """Sealed text, or None when it does not open: one lost line must not hide the others."""
    try:
        return read()
    except SealBroken:
        return None
