"""What the tests of texting share: services over a given store, a resident, rows in the outbox."""

import contextlib
import functools
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import bootstrap
from bot.channels.twilio_sms import TwilioSms
from bot.errors import DialogueUnavailable
from bot.ports import Parse, SmsProvider, Turn, Utterance
from bot.settings import Settings
from bot.store.columns import new_id
from bot.store.models import AuditEntry, Conversation, InboundMessage, OutboundMessage
from bot.store.unit_of_work import Store
from bot.usecases.deliver import deliver_one
from bot.usecases.services import Services, Wake
from tests.standins.serving import serving
from tests.standins.twilio import TwilioStandIn

RESIDENT = "+447700900123"
PUBLIC_URL = "https://bot.example"


class NoModel:
    """A dialogue without a model: the safety replies alone."""

    ready = False

    def parse(self, text: str, varieties: Mapping[str, float] | None = None) -> Parse:
        raise DialogueUnavailable("no model")

    def respond(self, turn: Turn, text: str, intent: str, entities: dict[str, str]) -> list[Utterance]:
        raise DialogueUnavailable("no model")


@dataclass
class MovableClock:
    """The real time, as the stand-in has it too, moved forward by a test."""

    ahead: timedelta = field(default=timedelta(0))

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, **span: float) -> None:
        self.ahead += timedelta(**span)


@dataclass
class SmsWorld:
    """Services that text through a stand-in, and shortcuts to what tests look at."""

    services: Services
    clock: MovableClock
    twilio: TwilioStandIn

    def queue(self, body: str, *, to: str = RESIDENT, key: str = "utter_menu", **fields: Any) -> str:
        """Put a text into the outbox. Returns its id."""
        with self.services.store.unit() as uow:
            now = self.clock()
            conversation = uow.conversations.open("sms", to, now)
            row = OutboundMessage(
                id=new_id(),
                conversation_id=conversation.id,
                key=key,
                language="en",
                state="queued",
                next_attempt_at=now,
                created_at=now,
                **fields,
            )
            uow.session.add(row)
            row.body = body
            uow.commit()
            return row.id

    def row(self, message_id: str) -> OutboundMessage:
        with self.services.store.reading() as uow:
            return uow.session.get_one(OutboundMessage, message_id)

    def conversation(self, address: str = RESIDENT, channel: str = "sms") -> Conversation:
        with self.services.store.reading() as uow:
            found = uow.conversations.of(channel, address)
            assert found is not None
            assert found.resident is not None
            return found

    def inbound(self) -> list[InboundMessage]:
        with self.services.store.reading() as uow:
            return uow.session.query(InboundMessage).all()

    def outbound(self) -> list[OutboundMessage]:
        with self.services.store.reading() as uow:
            return uow.session.query(OutboundMessage).all()

    def change_resident(self, address: str = RESIDENT, **fields: Any) -> None:
        with self.services.store.unit() as uow:
            conversation = uow.conversations.open("sms", address, self.clock())
            for name, value in fields.items():
                setattr(conversation.resident, name, value)
            uow.commit()

    def deliver_all(self, rounds: int = 1) -> None:
        """Deliver what is due, and in each further round what had to wait."""
        for _ in range(rounds):
            while deliver_one(self.services):
                pass
            self.clock.forward(minutes=20)

    def audited(self, action: str) -> list[str]:
        """The details of the audit entries of this action."""
        with self.services.store.reading() as uow:
            return [entry.detail for entry in uow.session.query(AuditEntry) if entry.action == action]

    def bodies(self, recipient: str | None = None) -> list[str]:
        """The words of every text that the stand-in took from us, oldest first."""
        return [m.body for m in self.twilio.account.sent(recipient)]


def settings_for(stand_in: TwilioStandIn, base: str, var: Path, **more: Any) -> Settings:
    """Settings that point at the stand-in."""
    account = stand_in.account
    return Settings.load(
        var=var,
        TWILIO_ACCOUNT_SID=account.sid,
        TWILIO_AUTH_TOKEN=account.token,
        TWILIO_FROM=account.number,
        TWILIO_API_BASE=base,
        _env_file=None,
        **{"public_url": PUBLIC_URL, **more},
    )


@functools.cache
def _packaged() -> Services:
    """The parts that come from packaged data, loaded once."""
    folder = Path(tempfile.mkdtemp(prefix="sms-tests-"))
    settings = Settings.load(var=folder, _env_file=None)
    return bootstrap.build(settings, dialogue=NoModel())


def services_over(store: Store, settings: Settings, clock: MovableClock, sms: SmsProvider | None) -> Services:
    """The whole application without a model."""
    return replace(_packaged(), settings=settings, store=store, clock=clock, sms=sms, wake=Wake())


@contextlib.contextmanager
def sms_world(store: Store, var: Path, timeout: float = 0.5, **more: Any) -> Iterator[SmsWorld]:
    """Services over this store, and a stand-in for Twilio that runs beside them."""
    stand_in, clock = TwilioStandIn(), MovableClock()
    with serving(stand_in.app) as base:
        settings = settings_for(stand_in, base, var, **more)
        sms = TwilioSms(settings, timeout=timeout)
        yield SmsWorld(services_over(store, settings, clock, sms), clock, stand_in)
