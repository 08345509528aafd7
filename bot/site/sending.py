"""Take one message from the chat page: check it, keep it, have it answered. Danger is answered whatever goes wrong."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.errors import StoreUnavailable
from bot.languages.catalogue import Said
from bot.site.session import ChatSession
from bot.usecases import receive, reply, safety, web_chat
from bot.usecases.services import Services

LONGEST_MESSAGE = 5_000
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Draft:
    """What a form brought: the words, and the marks that say whose form it was and which sending this is."""

    body: str
    form_token: str
    sending: str

    @classmethod
    def of(cls, fields: Mapping[str, object]) -> "Draft":
        """A pressed answer (`choice`) or the words in the box (`message`)."""
        body = _text(fields.get("choice")) or _text(fields.get("message"))
        return cls(body.strip(), _text(fields.get("form_token")), _text(fields.get("sending")))


@dataclass(frozen=True)
class Outcome:
    """`problem` is the key of what went wrong, or None. `safety` is said at once when nothing else can answer."""

    problem: str | None = None
    status: int = 200
    safety: tuple[Said, ...] = ()


def _text(given: object) -> str:
    """JSON can hold halves of letters, which nothing can write down, and values that are no text."""
    return given.encode("utf-8", "ignore").decode() if isinstance(given, str) else ""


def new_sending() -> str:
    """A mark for one form: pressed twice, or sent again after a lost answer, it is still one message."""
    return secrets.token_hex(16)


def send(services: Services, session: ChatSession | None, draft: Draft) -> Outcome:
    """Check, keep and answer. Returns what went wrong instead of raising: the person's words must not be lost."""
    language = session.language if session is not None else None
    try:
        problem, status = _problem(services, session, draft)
        if problem is None and session is not None:
            return _taken(services, session, draft, language)
    except StoreUnavailable:
        return Outcome("error_store", 503, tuple(safety.safety_text(services, draft.body, language)))
    return Outcome(problem, status, _if_danger(services, draft.body, language))


def _problem(services: Services, session: ChatSession | None, draft: Draft) -> tuple[str | None, int]:
    if session is None or not web_chat.known(services, session.token) or not session.made_form_with(draft.form_token):
        return "error_session", 403
    if not draft.body:
        return "error_empty", 400
    if len(draft.body) > LONGEST_MESSAGE:
        return "error_too_long", 413
    return None, 200


def _taken(services: Services, session: ChatSession, draft: Draft, language: str | None) -> Outcome:
    # Half of the digest: the column holds 64 characters.
    mark = hmac.new(session.token.encode(), draft.sending.encode(), hashlib.sha256).hexdigest()[:32]
    inbound = receive.Inbound(
        "web",
        web_chat.address(session.token),
        draft.body,
        provider_id=f"web:{mark}" if draft.sending else None,
    )
    receipt = receive.receive(services, inbound)
    try:
        reply.reply(services, receipt.conversation_id)
    except Exception as error:  # noqa: BLE001 - whatever broke, the message is kept and danger cannot wait for the sweeper
        # The kind alone: a traceback could carry the resident's words.
        log.error("reply_failed", kind=type(error).__name__)
        return Outcome("chat_sent", 200, _if_danger(services, draft.body, language))
    return Outcome()


def _if_danger(services: Services, body: str, language: str | None) -> tuple[Said, ...]:
    """What is said at once to a message of danger that the dialogue will not answer, in that message's language."""
    if not body or services.detector.examine(body).danger is None:
        return ()
    return (services.say("utter_emergency", language or services.languages.detect(body).language),)
