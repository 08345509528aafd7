"""Fill a referral form from the concern: what was told, by whom, and what staff add."""

import itertools
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.errors import SealBroken
from bot.languages.normalise import digits_only, fold
from bot.safeguarding.reference import shown
from bot.store.models import Concern, InboundMessage, Referral
from bot.store.unit_of_work import UnitOfWork
from bot.usecases.referral_form import Message, ReferralForm, Words
from bot.usecases.referral_steps import agency_name
from bot.usecases.services import Services

_SUBJECT = ("subject", "child_age", "place")
_STORY = ("story", "danger", "how_often", "how_long", "explanation")
_REPORTER = ("relationship", "reporter_name", "may_reply", "safe_times")


def form_of(services: Services, uow: UnitOfWork, referral: Referral) -> ReferralForm:
    """The concern as it stands now, so that what came after the referral was made is in it."""
    concern = referral.concern
    resident = concern.conversation.resident
    agency = services.directory.agencies.get(referral.agency_id)
    answers = _opened(concern, "answers") or {}
    return ReferralForm(
        referral_id=referral.id,
        concern_id=concern.id,
        reference=shown(concern.reference),
        agency_id=referral.agency_id,
        agency=agency_name(services, referral.agency_id),
        agency_phone=agency.phone.display if agency and agency.phone else None,
        made_by=uow.staff.names().get(referral.created_by, ""),
        made_at=referral.created_at,
        status=referral.status,
        status_at=referral.answered_at or referral.sent_at,
        reason=_opened(referral, "reason"),
        category=concern.category,
        urgency=concern.urgency,
        urgency_reasons=tuple(concern.urgency_reasons),
        boroughs=tuple(concern.boroughs),
        place=answers.get("place"),
        subject=_picked(answers, _SUBJECT),
        story=_picked(answers, _STORY),
        additions=tuple(answers.get("additions", ())),
        reporter=_picked(answers, _REPORTER),
        writer=concern.writer,
        language=concern.language,
        channel=resident.channel,
        messages=tuple(_messages(services, uow, concern)),
        told_at=concern.submitted_at or concern.created_at,
        words=Words(**(_opened(referral, "words") or {"worry": ""})),
    )


def _messages(services: Services, uow: UnitOfWork, concern: Concern) -> Iterator[Message]:
    """What the person wrote about this concern. A number pressed in a menu says nothing to an agency."""
    inbound, _ = uow.conversations.history(concern.conversation_id)
    start, end = _span(uow, concern)
    for message in inbound:
        if (start and message.received_at <= start) or (end and message.received_at >= end):
            continue
        text = _opened(message, "body")
        if text is None or not _is_menu_number(text):
            yield Message(message.received_at, text, message.language, _direction(services, message))


def _span(uow: UnitOfWork, concern: Concern) -> tuple[datetime | None, datetime | None]:
    """One person may have told us of several matters: where this one begins and where the next one does."""
    oldest_first = uow.concerns.of_conversation(concern.conversation_id)[::-1]
    before, after = None, None
    for one, next_one in itertools.pairwise(oldest_first):
        if next_one.id == concern.id:
            before = one.submitted_at or one.created_at
        if one.id == concern.id:
            # The next matter's first message came before its concern was made; it stays with this one too.
            after = next_one.created_at
    return before, after


def _is_menu_number(text: str) -> bool:
    return len(digits_only(text)) == len(fold(text).strip()) < 3


def _direction(services: Services, message: InboundMessage) -> str:
    code = message.language
    return services.registry.get(code).direction if code is not None and code in services.registry else "auto"


def _picked(answers: dict[str, Any], names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(answers[name])) for name in names if answers.get(name))


def _opened(row: Any, name: str) -> Any:
    """A sealed attribute, or None when it does not open: one lost text must not hide the others."""
    try:
        return getattr(row, name)
    except SealBroken:
        return None
