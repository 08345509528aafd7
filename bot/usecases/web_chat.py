"""The web chat's session and what its page shows."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.languages.keywords import number_in
from bot.languages.registry import SOURCE
from bot.store.models import Conversation, InboundMessage, OutboundMessage
from bot.store.unit_of_work import UnitOfWork
from bot.usecases.services import Services


@dataclass(frozen=True)
class Button:
    """A choice under a message; pressing it sends `value`."""

    title: str
    value: str


@dataclass(frozen=True)
class ChatLine:
    """One message on the page. `position` counts from 1 in the order of the page."""

    id: str
    position: int
    speaker: Literal["resident", "bot", "staff"]
    text: str
    language: str
    direction: Literal["ltr", "rtl"]
    at: datetime
    buttons: tuple[Button, ...] = ()


def open_session(services: Services, language: str | None = None) -> str:
    """Begin a chat and return its token of 256 bits. `language` is the one chosen on the page, if any."""
    token = secrets.token_urlsafe(32)
    with services.store.unit() as uow:
        conversation = uow.conversations.open("web", address(token), services.clock())
        if language and language in services.registry and language != "en":
            conversation.resident.language, conversation.resident.language_chosen = language, True
        uow.commit()
    return token


def known(services: Services, token: str) -> bool:
    """Whether the session is open: made here, and not left."""
    with services.store.reading() as uow:
        return _conversation(uow, token) is not None


def leave(services: Services, token: str) -> None:
    """Quick exit: the session can never be opened again. What was told stays with staff."""
    with services.store.unit() as uow:
        conversation = _conversation(uow, token)
        if conversation is not None:
            conversation.left_at = services.clock()
            uow.audit(conversation.left_at, "resident", "chat_left", "conversation", conversation.id)
            uow.commit()


def history(services: Services, token: str) -> list[ChatLine]:
    """Every message of the chat, the newest last; its last line carries the choices on offer."""
    with services.store.reading() as uow:
        conversation = _conversation(uow, token)
        if conversation is None:
            return []
        inbound, outbound = uow.conversations.history(conversation.id)
        received = {m.id: m.received_at for m in inbound}
        lines = [(m.received_at, 0, 0, _said_by_resident(services, m)) for m in inbound]
        for m in outbound:
            moment = received.get(m.in_reply_to or "", m.created_at)
            lines.append((moment, 1, m.position, _said_by_us(services, m)))
        # Stable: two messages of the same moment keep the order in which they were written.
        ordered = [line for *_, line in sorted(lines, key=lambda entry: entry[:3])]
    return _with_choices([replace(line, position=place) for place, line in enumerate(ordered, 1)])


def _with_choices(lines: list[ChatLine]) -> list[ChatLine]:
    """The last line carries what is on offer; a number that answered an offer shows as the words it stood for."""
    offer: ChatLine | None = None
    shown = []
    for line in lines:
        if line.speaker == "resident":
            shown.append(_as_pressed(line, offer))
            offer = None
            continue
        if line.buttons:
            offer = line
        shown.append(replace(line, buttons=()))
    if shown and offer is not None:
        shown[-1] = replace(shown[-1], buttons=offer.buttons)
    return shown


def _as_pressed(line: ChatLine, offer: ChatLine | None) -> ChatLine:
    number = number_in(line.text, len(offer.buttons)) if offer is not None else None
    if offer is None or number is None:
        return line
    return replace(line, text=offer.buttons[number - 1].title, language=offer.language, direction=offer.direction)


def _said_by_resident(services: Services, message: InboundMessage) -> ChatLine:
    # The language it was written in, romanised too; not the one it is answered in.
    code = message.language if message.language and message.language in services.registry else SOURCE
    language = services.registry.get(code)
    return ChatLine(
        message.id, 0, "resident", message.body or "", language.code, language.direction, message.received_at
    )


def _said_by_us(services: Services, message: OutboundMessage) -> ChatLine:
    language = services.registry.served(message.language)
    buttons = tuple(Button(title, str(n)) for n, (title, _) in enumerate(message.buttons or [], 1))
    speaker: Literal["bot", "staff"] = "staff" if message.sender == "staff" else "bot"
    return ChatLine(
        message.id,
        0,
        speaker,
        message.body or "",
        language.code,
        language.direction,
        message.created_at,
        buttons,
    )


def _conversation(uow: UnitOfWork, token: str) -> Conversation | None:
    conversation = uow.conversations.of("web", address(token))
    return conversation if conversation is not None and conversation.left_at is None else None


def address(token: str) -> str:
    """The address that stands for a chat's token."""
    # The token opens the chat, so it is kept nowhere: a copy of the database and its keys opens no session.
    return hashlib.sha256(token.encode()).hexdigest()
