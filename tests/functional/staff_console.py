"""A console to test: staff who can sign in, residents who have written, and a browser without a screen."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyotp
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.ports import Parse, Turn, Utterance
from bot.safeguarding.reference import new_reference
from bot.site import errors
from bot.site.routes import routes as site_routes
from bot.staff.routes import routes as staff_routes
from bot.store.columns import new_id
from bot.store.models import Concern, Conversation, InboundMessage, OutboundMessage, StaffSession
from bot.store.unit_of_work import UnitOfWork
from bot.usecases import passwords, second_factor, sign_in, staff_accounts
from bot.usecases.services import Services
from bot.usecases.sign_in import SignedIn
from bot.web import SecurityHeaders, refuse_unguarded
from tests.conftest import StillClock

PASSWORD = "purple kettle marching slowly"
STORY = "The boy next door is always hungry and begs for food at our gate."
URDU = "بچہ روز بھوکا ہوتا ہے اور دروازے پر کھانا مانگتا ہے"


@dataclass(frozen=True)
class Silent:
    """A dialogue that is never asked here."""

    ready: bool = True

    def parse(self, text: str, varieties: Mapping[str, float] | None = None) -> Parse:
        return Parse("out_of_scope", 0.0)

    def respond(self, turn: Turn, text: str, intent: str, entities: dict[str, str]) -> list[Utterance]:
        return []


def app_over(services: Services) -> Starlette:
    """The console and the site, as the application joins them."""
    routes = [*staff_routes, *site_routes]
    refuse_unguarded(routes)
    app = Starlette(routes=routes, exception_handlers=errors.handlers)
    app.add_middleware(SecurityHeaders, services.settings)
    app.state.services = services
    return app


def browser(services: Services) -> TestClient:
    """Follows redirects, keeps cookies, and sends what a real form of ours sends."""
    return TestClient(app_over(services), base_url="http://testserver")


def form_token(page: str) -> str:
    """The token of the first form on a page."""
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found is not None, "the page has no form"
    return found[1]


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, f"the page has no hidden {name}"
    return found[1]


@dataclass
class Person:
    """Somebody of staff, and what they hold in their hands."""

    username: str
    staff_id: str
    secret: str

    def code(self, services: Services) -> str:
        """What their phone shows, at a moment later than any code used before."""
        return pyotp.TOTP(self.secret).at(services.clock())


def make_person(services: Services, username: str, role: str) -> Person:
    """An account that is ready: password chosen, authenticator set up. Takes no time: the code used is long ago."""
    staff_accounts.add(services, username, username.title(), role)
    secret = pyotp.random_base32(32)
    with services.store.unit() as uow:
        member = uow.staff.by_username(username)
        assert member is not None
        member.password_hash, member.totp, member.totp_last = _hash(), secret, 1
        member.first_token_hash, member.first_token_until = None, None
        uow.commit()
        return Person(username, member.id, secret)


def _hash() -> str:
    # One for all: making it takes a tenth of a second.
    global _kept
    _kept = _kept or passwords.hashed(PASSWORD)
    return _kept


_kept = ""


def session_for(services: Services, person: Person) -> str:
    """A full session's token, without the slow checks of signing in."""
    token = secrets.token_urlsafe(32)
    with services.store.unit() as uow:
        now = services.clock()
        uow.session.add(
            StaffSession(
                id=new_id(),
                token_hash=staff_accounts.hash_of(token),
                staff_id=person.staff_id,
                csrf=secrets.token_hex(32),
                step="full",
                created_at=now,
                seen_at=now,
                ends_at=now + sign_in.LONGEST_SESSION,
            )
        )
        uow.commit()
    return token


def signed_in_by_hand(services: Services, person: Person) -> str:
    """A full session's token, got with both factors. Half a minute goes by, because a code works once."""
    assert isinstance(services.clock, StillClock)
    services.clock.forward(seconds=second_factor.STEP)
    first = sign_in.with_password(services, person.username, PASSWORD)
    assert first is not None
    token = sign_in.with_code(services, first, person.code(services))
    assert token is not None
    return token


def signed_in(services: Services, person: Person) -> TestClient:
    """A browser in which this person has signed in."""
    client = browser(services)
    client.cookies.set("staff", session_for(services, person))
    return client


def as_staff(services: Services, person: Person) -> SignedIn:
    """The person as use cases know them."""
    found = sign_in.who(services, session_for(services, person))
    assert found is not None
    return found


def post(client: TestClient, path: str, page: str = "", **fields: str) -> "tuple[int, str]":
    """Send a form as a person would: with the token of the page it stands on. Returns status and page."""
    at = page or "/staff/"
    shown = client.get(at)
    answer = client.post(path, data={"form_token": form_token(shown.text), **fields})
    return answer.status_code, answer.text


@dataclass(frozen=True)
class Case:
    """A conversation, and the concern in it."""

    concern_id: str
    conversation_id: str
    reference: str


def make_case(
    services: Services,
    *,
    urgency: str = "concern",
    status: str = "submitted",
    channel: str = "sms",
    address: str = "+447700900123",
    story: str = STORY,
    language: str = "en",
    may_reply: str | None = "yes",
    place: str = "Sparkhill",
    category: str = "neglect",
) -> Case:
    """Someone has written, was asked, and has sent a concern."""
    with services.store.unit() as uow:
        now = services.clock()
        conversation = uow.conversations.open(channel, address, now)
        conversation.resident.language, conversation.resident.may_reply = language, may_reply
        add_inbound(uow, conversation, story, language, now)
        concern = Concern(
            id=new_id(),
            reference=new_reference(),
            conversation_id=conversation.id,
            status=status,
            category=category,
            urgency=urgency,
            urgency_reasons=["worry"],
            writer="neighbour",
            boroughs=list(services.places.resolve(place).boroughs),
            language=language,
            created_at=now,
            submitted_at=now,
            due_at=now + services.urgency.due_in(urgency),
        )
        uow.session.add(concern)
        concern.answers = {"story": story, "danger": "no", "place": place, "relationship": "neighbour"}
        uow.session.flush()
        uow.concerns.add_event(concern, now, status)
        uow.commit()
        return Case(concern.id, conversation.id, concern.reference)


def add_inbound(uow: UnitOfWork, conversation: Conversation, text: str, language: str, at: datetime) -> InboundMessage:
    row = InboundMessage(
        id=new_id(),
        conversation_id=conversation.id,
        verdict={},
        language=language,
        received_at=at,
        handled_at=at,
    )
    uow.session.add(row)
    row.body = text
    return row


def add_outbound(
    uow: UnitOfWork,
    conversation: Conversation,
    text: str,
    *,
    at: datetime,
    language: str = "en",
    state: str = "delivered",
    error: str | None = None,
    in_reply_to: str | None = None,
    sender: str = "bot",
) -> OutboundMessage:
    row = OutboundMessage(
        id=new_id(),
        conversation_id=conversation.id,
        in_reply_to=in_reply_to,
        sender=sender,
        key="utter_ask_danger",
        language=language,
        state=state,
        error=error,
        next_attempt_at=at,
        created_at=at,
    )
    uow.session.add(row)
    row.body = text
    return row


def resident_adds(services: Services, case: Case, words: str = "Today I saw a bruise on his arm.") -> None:
    """More comes from the person, as `bot.usecases.concerns.add` writes it down."""
    with services.store.unit() as uow:
        concern, now = uow.concerns.get(case.concern_id), services.clock()
        assert concern is not None
        add_inbound(uow, concern.conversation, words, "en", now)
        concern.answers = {**concern.answers, "additions": [words]}
        uow.concerns.add_event(concern, now, "added", words)
        uow.commit()


def call_person(services: Services, case: Case) -> None:
    """The conversation asks for a person."""
    with services.store.unit() as uow:
        uow.conversations.get(case.conversation_id).needs_person_at = services.clock()
        uow.commit()
