"""The one cookie of the chat: the session's token, and the language chosen for the page before anything is written."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.settings import Settings
from bot.web import SessionCookie, form_token, form_token_holds, is_https


@dataclass(frozen=True)
class ChatSession:
    """What the cookie says. Whether the token is still known is for the use case to tell."""

    token: str
    language: str | None = None

    @property
    def form_token(self) -> str:
        return form_token(self.token)

    def made_form_with(self, given: str) -> bool:
        return form_token_holds(self.token, given)


def read(request: Request, settings: Settings) -> ChatSession | None:
    """The session that the browser names, known or not."""
    value = cookie(settings).read(request)
    if value is None:
        return None
    token, _, language = value.partition(".")
    return ChatSession(token, language or None)


def write(response: Response, settings: Settings, session: ChatSession) -> None:
    cookie(settings).write(response, f"{session.token}.{session.language or ''}")


def clear(response: Response, settings: Settings) -> None:
    cookie(settings).clear(response)


def cookie(settings: Settings) -> SessionCookie:
    # Lax, not strict: someone who opens the chat from a council's page must find the chat they began, not lose it.
    return SessionCookie("chat", secure=is_https(settings), same_site="lax")
