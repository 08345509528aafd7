"""A conversation's messages as the chat page and its script show them."""

from collections.abc import Sequence
from typing import Any

from bot.site.numbers import Part, PhoneBook
from bot.usecases.web_chat import Button, ChatLine


def parts(line: ChatLine, book: PhoneBook) -> tuple[Part, ...]:
    """The message in pieces. Only our own words get links: a resident's are shown as they are."""
    return (Part(line.text),) if line.speaker == "resident" else book.linked(line.text)


def latest(lines: Sequence[ChatLine]) -> int | None:
    """Position of the first message the resident has not read: what follows their own last one."""
    unread: int | None = None
    for line in lines:
        if line.speaker == "resident":
            unread = None
        elif unread is None:
            unread = line.position
    return unread


def choices(lines: Sequence[ChatLine]) -> tuple[Button, ...]:
    """The answers on offer now: those of the last message, and none once it has been answered."""
    return lines[-1].buttons if lines else ()


def language(lines: Sequence[ChatLine]) -> str | None:
    """The language in which the resident was last answered."""
    return next((line.language for line in reversed(lines) if line.speaker == "bot"), None)


def as_json(line: ChatLine, book: PhoneBook) -> dict[str, Any]:
    return {
        "id": line.id,
        "position": line.position,
        "speaker": line.speaker,
        "language": line.language,
        "direction": line.direction,
        "parts": [{"text": part.text, "href": part.href} for part in parts(line, book)],
        "buttons": [{"title": button.title, "value": button.value} for button in line.buttons],
    }
