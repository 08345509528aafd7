"""Somebody's phone, and the application that it texts with: served on a real port, with its loops running."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2

from bot.store.models import OutboundMessage
from bot.usecases.services import Services
from tests.standins.sms_world import RESIDENT, MovableClock
from tests.standins.twilio import TwilioStandIn

PATIENCE = 20.0
# The message, and what the answer to it must say: the opening, then one line a question.
CONCERN = {
    "en": [
        ("my neighbour's little boy is always hungry and very thin, he asks my kids for food", "right now?"),
        ("no", "Where does"),
        ("Handsworth", "What do you know"),
        ("about seven, number 12", "write to you here?"),
        ("1", "your name?"),
        ("skip", "Handsworth"),
        ("1", r"0121 \d{3} \d{4}"),
    ],
    "ur": [
        ("پڑوس کے بچے روز ہم سے روٹی مانگنے آتے ہیں", "999"),
        ("نہیں", "پوسٹ کوڈ"),
        ("Handsworth", "گھر"),
        ("تقریباً سات سال کا", "۱|1"),
        ("۱", "نام"),
        ("چھوڑیں", "Handsworth"),
        ("۱", r"0121 \d{3} \d{4}"),
    ],
}
DANGER = "he has a knife and he is hitting her right now"


@dataclass
class Phone:
    """Somebody's phone: sends through Twilio, and shows what came."""

    twilio: TwilioStandIn
    door: str
    number: str = RESIDENT
    _seen: int = field(default=0)

    def sends(self, body: str, **more: str) -> httpx2.Response:
        message = self.twilio.account.add(self.number, self.twilio.account.number, body, inbound=True)
        fields = self.twilio.inbound_fields(message) | more
        headers = {"X-Twilio-Signature": self.twilio.sign(f"{self.door}/sms", fields)}
        answer = httpx2.post(f"{self.door}/sms", data=fields, headers=headers, trust_env=False, timeout=30)
        assert answer.status_code == 200
        assert answer.text.endswith("<Response />")
        return answer

    def shows(self) -> list[str]:
        return [m.body for m in self.twilio.account.sent(self.number)]

    def says(self, body: str, expected: str) -> str:
        """Send, and wait for an answer with this in it. Returns all that is new."""
        self.sends(body)
        wait_for(lambda: re.search(expected, "\n".join(self.new())) is not None, lambda: (body, self.new()))
        new = "\n".join(self.new())
        self._seen = len(self.shows())
        return new

    def new(self) -> list[str]:
        return self.shows()[self._seen :]


def wait_for(true: Callable[[], bool], state: Callable[[], object] = lambda: "", patience: float = PATIENCE) -> None:
    until = time.monotonic() + patience
    while not true():
        assert time.monotonic() < until, state()
        time.sleep(0.05)


@dataclass
class Running:
    """The application serves, and its loops run."""

    services: Services
    clock: MovableClock
    phone: Phone
    twilio: TwilioStandIn

    def idle(self) -> bool:
        """Nothing waits to be answered or sent."""
        with self.services.store.reading() as uow:
            conversation = uow.conversations.of("sms", self.phone.number)
            if conversation is None or uow.inbox.next_unhandled(conversation.id):
                return False
            return not [m for m in uow.session.query(OutboundMessage) if m.state in {"queued", "sending"}]

    def opted_out(self) -> bool:
        with self.services.store.reading() as uow:
            conversation = uow.conversations.of("sms", self.phone.number)
            return conversation is not None and conversation.resident.opted_out_at is not None

    def replies(self) -> list[str]:
        """What was answered, by name, oldest first."""
        with self.services.store.reading() as uow:
            rows = uow.session.query(OutboundMessage).order_by(OutboundMessage.created_at, OutboundMessage.position)
            return [row.key for row in rows]

    def settled(self, body: str) -> None:
        """Send, and wait until all of it is done."""
        self.phone.sends(body)
        wait_for(self.idle, self.replies)


Serve = Callable[[], Any]
