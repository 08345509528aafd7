"""Writing to a resident, and settling a conversation that asked for a person."""

import re
import uuid

from bot.errors import NotFound
from bot.languages.normalise import clean
from bot.store.models import Conversation, OutboundMessage
from bot.store.unit_of_work import UnitOfWork
from bot.usecases import retries
from bot.usecases.case_file import refusal
from bot.usecases.review import Problem
from bot.usecases.services import Services
from bot.usecases.sign_in import SignedIn

KEY = "staff_message"
# As a text this is at most 15 segments in any script; the provider takes 1,600 characters.
LONGEST_MESSAGE = 1_000
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def new_sending() -> str:
    """A mark for one form: sent twice, it is still one message."""
    return str(uuid.uuid4())


def write(
    services: Services, staff: SignedIn, conversation_id: str, words: str, sending: str, safe_now: bool
) -> Problem | None:
    """Send words as they were typed, introduced in the resident's language. Delivery looks at the wishes again.

    `safe_now`: staff say that it is safe at this moment; asked for unless the person said "at any time".
    """
    words = clean(words)
    if problem := _fault(words, sending):
        return problem
    with services.store.unit() as uow:
        conversation = _conversation(uow, conversation_id)
        if uow.outbox.get(sending) is not None:
            return None
        if reason := refusal(conversation):
            return Problem(f"refused_{reason}", "message")
        if conversation.resident.may_reply != "yes" and not safe_now:
            return Problem("safe_now", "safe_now")
        _put(services, uow, staff, conversation, words, sending)
        uow.commit()
    services.wake.outbox()
    return None


def done(services: Services, staff: SignedIn, conversation_id: str, since: str) -> Problem | None:
    """The person's call has been dealt with. `since` is the moment of the call that the page showed, in ISO form."""
    with services.store.unit() as uow:
        conversation, now = _conversation(uow, conversation_id), services.clock()
        if conversation.needs_person_at is None:
            return None
        if conversation.needs_person_at.isoformat() != since:
            return Problem("changed")
        conversation.needs_person_at = None
        uow.audit(now, staff.actor, "conversation_done", "conversation", conversation_id)
        uow.commit()
    return None


def try_again(services: Services, staff: SignedIn, message_id: str) -> Problem | None:
    """Put a failed text back into the outbox. Raises `NotFound`."""
    with services.store.unit() as uow:
        if uow.outbox.get(message_id) is None:
            raise NotFound("no such message")
        row, now = uow.outbox.locked(message_id), services.clock()
        if row.state != "failed":
            return None
        if retries.expired(now, row.created_at):
            return Problem("too_old")
        # What the provider made of it has failed for good: the next attempt is a message of its own there.
        row.provider_id, row.sent_at = None, None
        row.state, row.error, row.attempts, row.next_attempt_at = "queued", None, 0, now
        uow.audit(now, staff.actor, "message_tried_again", "message", row.id)
        uow.commit()
    services.wake.outbox()
    return None


def _fault(words: str, sending: str) -> Problem | None:
    if not words:
        return Problem("empty_message", "message")
    if len(words) > LONGEST_MESSAGE:
        return Problem("too_long", "message", {"limit": str(LONGEST_MESSAGE)})
    return None if _UUID.fullmatch(sending) else Problem("form", "message")


def _conversation(uow: UnitOfWork, conversation_id: str) -> Conversation:
    if uow.concerns.conversation(conversation_id) is None:
        raise NotFound("no such conversation")
    return uow.conversations.lock(conversation_id)


def _put(
    services: Services,
    uow: UnitOfWork,
    staff: SignedIn,
    conversation: Conversation,
    words: str,
    sending: str,
) -> None:
    now, resident = services.clock(), conversation.resident
    said = services.say("utter_from_team", resident.language, message=words)
    row = OutboundMessage(
        id=sending,
        conversation_id=conversation.id,
        sender="staff",
        key=KEY,
        language=said.language,
        state="shown" if resident.channel == "web" else "queued",
        next_attempt_at=now,
        created_at=now,
    )
    uow.session.add(row)
    row.body = said.text
    concern = uow.concerns.latest(conversation.id)
    if concern is not None:
        uow.concerns.add_event(concern, now, "message", None, staff.staff_id)
        uow.audit(now, staff.actor, "concern_message", "concern", concern.id)
    uow.audit(now, staff.actor, "message_written", "conversation", conversation.id)
